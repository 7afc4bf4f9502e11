"""Sentences that several features share, one module a topic, loaded as plugins."""
