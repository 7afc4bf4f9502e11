"""Public certificates: issued, renewed, and shown to strangers."""
