"""What the platform tells of itself."""
