"""Decisions held against the owner's repository."""
