"""A Secret that is asked for and does not come."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An ExternalSecret is not ready, although every store is, and every server of Vault unsealed."""
    kinds = {name.partition(" ")[0] for name in evidence.seen.synced}
    unsealed = set(evidence.seen.vaults.values()) <= {"unsealed"}
    return unsealed and "secret" in kinds and "store" not in kinds


INCIDENT = Incident(
    slug="secret-not-synced",
    symptom="An ExternalSecret is not Ready, all others are; its pods do not start.",
    cause="Vault does not have the path or the property that it asks for.",
    cure="Write it into Vault, or correct the reference.",
    told_by=told_by,
    about=("secrets/*", "missing-vault-secret-not-invented", "vault-change-reaches-pods"),
    reproduce="pytest -m conformance --fault secret_not_in_vault",
)
