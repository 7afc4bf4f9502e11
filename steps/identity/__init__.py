"""Who people are: the provider that knows them, and the applications that take its word."""
