"""A first server that waits to join itself."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="vault-retry-join-fresh",
    symptom="Only the first server is there, and crashes on an empty volume.",
    cause="retry_join is set before there is anybody to join.",
    cure="Let the others join by the API when the first one is initialised.",
    about=("secrets/vault", "vault-raft-voters"),
)
