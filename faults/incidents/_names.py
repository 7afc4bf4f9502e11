"""Observations that several causes share, as predicates of the look at the platform."""

from __future__ import annotations

from collections.abc import Callable

from faults.incidents import Evidence

Told = Callable[[Evidence], bool]


def either(*told: Told) -> Told:
    """Return an observation: one of these was made."""
    return lambda evidence: any(each(evidence) for each in told)


def absent(workload: str) -> Told:
    """Return an observation: this workload ("/name") is declared, and has no ready pod."""

    def told_by(evidence: Evidence) -> bool:
        return any(
            ready == 0 for name, (ready, _) in evidence.seen.workloads.items() if name.endswith(workload)
        )

    return told_by
