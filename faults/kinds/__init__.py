"""The few ways in which a target can be broken; each takes its parameters as a value."""
