"""The world gets no answer for any name of the owner."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="secondary-down",
    symptom="The world gets no answer for any name of the owner.",
    cause="The name server on the VPS does not run.",
    cure="Start it; read its log.",
    about=(
        "dns/delegation: *",
        "dns/zone_replication: *",
        "dns/external_dns: *",
    ),
)
