"""Architecture decisions, held as constraints."""
