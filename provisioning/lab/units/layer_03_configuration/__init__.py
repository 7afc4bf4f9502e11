"""Layer 03: what the services are told to be."""
