"""A backup that nothing can be made of."""

from __future__ import annotations

import re

from faults.incidents import Evidence, Incident

_SEEN = re.compile(r"(?<!\d)0 bytes|cannot observe a restored|a snapshot of nothing")


def told_by(evidence: Evidence) -> bool:
    """A snapshot holds nothing, or could not be restored."""
    return _SEEN.search(evidence.said) is not None


INCIDENT = Incident(
    slug="backup-useless",
    symptom="The file is there every night, and cannot be restored.",
    cause="It is cut short, empty, or of another server.",
    cure="Restore it, on every change of the job and now and then.",
    told_by=told_by,
    reproduce="pytest -m disruptive --fault snapshots_empty",
)
