"""Layer 01: machines, control plane, node agents, the pod network."""
