"""A Vault that cannot read what it keeps."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A server says that it is sealed."""
    return "sealed" in evidence.seen.vaults.values()


INCIDENT = Incident(
    slug="vault-sealed",
    symptom="Secret stores are not Ready; after the next restart programs wait for Secrets that do not come.",
    cause="A server was started again and nobody, or nothing, has unsealed it; or somebody has sealed it.",
    cure="Unseal it, and see why it did not do so by itself.",
    told_by=told_by,
    about=("secrets/*", "platform/*"),
    reproduce="pytest -m conformance --fault vault_server_sealed",
)
