"""An application that goes on with the secret that it was started with."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A workload was seen that has a Secret from Vault, and does not ask to be restarted when that changes."""
    return "stays as it is when these change" in evidence.said


INCIDENT = Incident(
    slug="secret-change-unheard",
    symptom="The value in Vault is changed, all is well, and hours later every login is refused.",
    cause="The workload lacks the annotation by which it asks to be restarted, so its pods have the value from before.",
    cure="Annotate it with `reloader.stakater.com/auto`, and restart it once by hand.",
    told_by=told_by,
    about=("secrets/rotation",),
    reproduce="pytest -m conformance --fault restart_not_asked",
)
