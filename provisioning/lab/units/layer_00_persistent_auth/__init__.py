"""Layer 00: what outlives the cluster."""
