"""The lab: the platform in miniature, on one machine."""
