"""A client that need not prove who it is."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The provider has a relying party's client as a public one, which has no secret."""
    return any(
        said == "True" for name, said in evidence.seen.realm.items() if name.startswith("public client of ")
    )


INCIDENT = Incident(
    slug="client-public",
    symptom="Nothing is felt; whoever gets hold of a code gets tokens for it.",
    cause="The client was made public, perhaps because its secret did not match.",
    cure="Make the client confidential, with the secret that Vault keeps for it.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault client_public",
)
