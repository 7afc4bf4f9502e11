"""The machines, their control plane, and what happens when one is lost."""
