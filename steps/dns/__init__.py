"""Names: the primary, its copies, the way to them from the root, and who writes them."""
