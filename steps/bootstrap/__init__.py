"""Building the platform from nothing, again, and taking it away."""
