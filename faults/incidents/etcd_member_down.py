"""One member of etcd is down: nothing hurts yet."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Exactly one member refuses connections or does not answer, and the API is ready at its VIP."""
    seen = evidence.seen
    down = [name for name, outcome in seen.etcd.items() if outcome != "ok"]
    return len(down) == 1 and seen.apis.get("its VIP") == "ready" and seen.nodes.get(down[0]) == "True"


INCIDENT = Incident(
    slug="etcd-member-down",
    symptom="etcd has two members left; the next loss takes all writes away.",
    cause="A member's process or its machine died.",
    cure="Start the member again; replace it if its data is lost.",
    told_by=told_by,
    about=("nodes/high_availability",),
    reproduce="pytest -m conformance --fault etcd_member_stopped",
)
