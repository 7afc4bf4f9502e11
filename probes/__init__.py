"""Observers: each looks at one thing, from one vantage point, and returns what it saw as a value.

A probe never judges, never waits for something to become true and never changes what it looks at.
What the network did (refused, timed out, reset ...) is a value of `probes.outcomes`; what could not be
observed at all is the exception `probes.outcomes.CannotObserve`. This package imports nothing of the
other rooms.
"""
