"""A real browser whose every connection starts at a vantage point, and what people see in it."""
