"""Access that is bound to a group that means nobody, or everybody."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The step that keeps outsiders out is not in force."""
    return evidence.seen.realm.get("outsiders", "CONDITIONAL") not in {"CONDITIONAL", "REQUIRED"}


INCIDENT = Incident(
    slug="nonexistent-group",
    symptom="Nobody may sign in, or whoever has an account may.",
    cause="The group that access is bound to does not exist, or the binding was taken away.",
    cure="Make the group, and bind access to it.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault outsiders_let_in",
)
