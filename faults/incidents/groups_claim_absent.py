"""A provider that does not say in which groups somebody is."""

from __future__ import annotations

from faults.incidents import Evidence, Incident

PLACES = ("the ID token", "the userinfo endpoint")


def told_by(evidence: Evidence) -> bool:
    """The provider was looked at, and does not tell groups in both places."""
    return "groups" in evidence.seen.realm and len(evidence.seen.realm["groups"].split()) < len(PLACES)


INCIDENT = Incident(
    slug="groups-claim-absent",
    symptom="Everybody can sign in, and nobody is an administrator; Vault may refuse them all.",
    cause="The scope of groups is not asked for, or its mapper does not put them into ID token and userinfo.",
    cure="Add the mapper to the scope, and the scope to what the application asks for.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault groups_claim_absent",
)
