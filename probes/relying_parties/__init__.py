"""Relying parties: the applications that people sign in to by the identity provider, each asked in its own way."""
