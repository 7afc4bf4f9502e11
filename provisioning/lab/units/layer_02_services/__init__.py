"""Layer 02: what runs on the cluster for everybody."""
