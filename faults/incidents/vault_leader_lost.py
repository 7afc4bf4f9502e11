"""A leader that went, with what it had acknowledged."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="vault-leader-lost",
    symptom="Writes fail for long after a server has died, or what was written is gone.",
    cause="The others cannot reach each other to vote, or the volumes are not what they should be.",
    cure="See the addresses of the peers; see which of them has voted.",
    about=("secrets/vault_resilience", "vault-leader-killed"),
)
