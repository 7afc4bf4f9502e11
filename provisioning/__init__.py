"""From an inventory to a running target."""
