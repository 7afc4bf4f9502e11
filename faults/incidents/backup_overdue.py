"""A backup that nobody takes any more."""

from __future__ import annotations

import re

from faults.incidents import Evidence, Incident

_SEEN = re.compile(
    r"the last success of .+, suspended, "
    r"|the age of the last success of \S+: (never|no such job|\d+ h, which is too long ago)"
)


def told_by(evidence: Evidence) -> bool:
    """A job that takes snapshots is suspended, is not there, or has not succeeded for too long."""
    return _SEEN.search(evidence.said) is not None


INCIDENT = Incident(
    slug="backup-overdue",
    symptom="Nothing is felt until it is needed.",
    cause="The job is suspended, fails, or was never started.",
    cure="Look at the last job and its log; run it by hand.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault backups_overdue",
)
