"""Programs that run in the lab in place of a product that cannot be had here."""
