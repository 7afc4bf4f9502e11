"""An application that was told of another group."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Gitea is told another group than the planned one."""
    planned = evidence.seen.plan.get("administrators", {}).get("gitea", "")
    return evidence.seen.parties.get("gitea", {}).get("administrators", planned) not in {"", planned}


INCIDENT = Incident(
    slug="admin-group-forgotten",
    symptom="Everybody can sign in, and nobody, or somebody else, administers Gitea.",
    cause="The source of logins in Gitea names another admin group than the one at the provider.",
    cure="Name the same group in both places.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault admin_group_forgotten",
)
