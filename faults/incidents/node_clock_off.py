"""A node whose clock runs away."""

from __future__ import annotations

from faults.incidents import Evidence, Incident

MINUTE = 60


def told_by(evidence: Evidence) -> bool:
    """A node tells a time that is a minute or more off."""
    return any(abs(int(each)) > MINUTE for each in evidence.seen.clocks.values())


INCIDENT = Incident(
    slug="node-clock-off",
    symptom="Certificates are not yet valid or over, leases are lost, tokens are refused; on one node only.",
    cause="Its time service is down, or cannot reach its servers.",
    cure="Bring it up; talosctl time tells how far it is off.",
    told_by=told_by,
    about=("identity/*", "nodes/*", "certificates/*"),
)
