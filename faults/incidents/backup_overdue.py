"""A backup that nobody takes any more."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The last success of a job was looked at, and is too long ago, or there was none."""
    return "the last success of" in evidence.said


INCIDENT = Incident(
    slug="backup-overdue",
    symptom="Nothing is felt until it is needed.",
    cause="The job is suspended, fails, or was never started.",
    cure="Look at the last job and its log; run it by hand.",
    told_by=told_by,
    about=("platform/backups: *",),
    reproduce="pytest -m conformance --fault backups_overdue",
)
