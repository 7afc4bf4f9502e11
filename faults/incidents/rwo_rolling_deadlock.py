"""A Deployment that waits for a volume which it holds itself."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either


def told_by(evidence: Evidence) -> bool:
    """A Deployment with such a volume was seen to roll, or a pod waits for a volume that another one has."""
    held = any("ReadWriteOncePod" in why or "Multi-Attach" in why for why in evidence.seen.waiting.values())
    return held or "RollingUpdate" in evidence.said


INCIDENT = Incident(
    slug="rwo-rolling-deadlock",
    symptom="A new pod waits for the volume of the old one, which is kept until the new one is ready.",
    cause="The strategy is RollingUpdate with one replica and an RWO volume.",
    cure="Set the strategy to Recreate, where the chart reads it.",
    told_by=either(contradicted(), told_by),
    about=("storage/volumes", "decisions/repository/storage", "decision-rwo-recreate"),
    reproduce="pytest -m conformance --fault rwo_rolled",
)
