"""What applications write, and where it is kept."""
