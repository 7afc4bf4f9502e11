"""Servers that tell each other one address for all."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="vault-cluster-addr",
    symptom='Peers collide, or "Cluster address must be set".',
    cause="cluster_addr is a shared name, or a template was written with the wrong syntax.",
    cure="Give each server its own name.",
    about=("secrets/vault", "vault-raft-voters"),
)
