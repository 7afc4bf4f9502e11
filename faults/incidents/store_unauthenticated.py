"""A secret store that Vault does not let in."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A store is not ready, while no server of Vault is sealed or silent."""
    unsealed = set(evidence.seen.vaults.values()) == {"unsealed"}
    return unsealed and any(name.startswith("store ") for name in evidence.seen.synced)


INCIDENT = Incident(
    slug="store-unauthenticated",
    symptom="The store is not Ready, and Secrets stay as they were last; everything else of Vault is well.",
    cause="The role is not known, bound to another account, or Vault can no longer ask the API whose token it is.",
    cure="Correct the role in the store, or its binding in Vault.",
    told_by=told_by,
    about=("secrets/*",),
    reproduce="pytest -m conformance --fault store_unauthenticated",
)
