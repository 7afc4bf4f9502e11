"""What the roadmap plans and nobody has built yet."""
