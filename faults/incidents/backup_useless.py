"""A backup that nothing can be made of."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A snapshot was looked at, and holds nothing."""
    return "0 bytes" in evidence.said or "restored" in evidence.said


INCIDENT = Incident(
    slug="backup-useless",
    symptom="The file is there every night, and cannot be restored.",
    cause="It is cut short, empty, or of another server.",
    cure="Restore it, on every change of the job and now and then.",
    told_by=told_by,
    about=("platform/restore_drill: *",),
    reproduce="pytest -m disruptive --fault snapshots_empty",
)
