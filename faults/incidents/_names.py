"""What names and websites say of known causes, as predicates of the look at the platform."""

from __future__ import annotations

from collections.abc import Callable

from faults.incidents import Evidence
from faults.names import COMPLETE, CUT
from faults.platform import Platform

WEBSITES = ("certificates/*", "networking/ingress", "networking/public_path", "networking/vps_proxy")
"""Scenarios that visit websites."""
EVERYWHERE = ("dns/*", *WEBSITES)
"""Scenarios that names and websites take part in."""
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


def serial(seen: Platform, server: str) -> int | None:
    """Return the serial that a name server tells; None when it tells none."""
    first = seen.names.get(server, "").partition(" ")[0]
    return int(first) if first.isdigit() else None


def frozen(seen: Platform) -> bool:
    """Tell whether the VPS serves a zone and copies it no more, although it could: it is no secondary of it."""
    copied = seen.transfers.get("VPS", "").startswith(COMPLETE) and serial(seen, "VPS") is not None
    return copied and seen.front.get("kind") in {"Native", "Master", "Primary"}


def cut_on_the_way(seen: Platform) -> bool:
    """Tell whether copies of the zone break off on their way to the VPS, and are complete at home."""
    at_home = seen.transfers.get("workstation", "").startswith(COMPLETE)
    return at_home and seen.transfers.get("VPS", "").startswith(CUT)


def refresh(seen: Platform) -> int | None:
    """Return the refresh that the primary tells its secondaries, in seconds."""
    words = seen.names.get("primary", "").split()
    return int(words[1]) if serial(seen, "primary") is not None else None
