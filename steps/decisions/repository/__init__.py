"""Decisions that the owner's repository keeps or breaks, with no cluster at hand."""
