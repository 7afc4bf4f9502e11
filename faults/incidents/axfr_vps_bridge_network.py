"""What the primary has does not arrive at the VPS, although a copy made there by hand is complete."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="axfr-vps-bridge-network",
    symptom="What the primary has does not arrive at the VPS, although a copy made there by hand is complete.",
    cause="The VPS' name server asks from another network than the VPS (a container's bridge), or asks no more.",
    cure="Let it use the host's network and bind to the public address only; read its log.",
    about=("dns/zone_replication: *",),
)
