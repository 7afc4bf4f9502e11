"""What the services of several nodes say together."""

from __future__ import annotations

from faults.incidents import Evidence


def nowhere(evidence: Evidence, program: str) -> bool:
    """Tell whether no node that has a program runs it; false when none was seen to have it."""
    states = [services[program] for services in evidence.seen.services.values() if program in services]
    return bool(states) and "running" not in states
