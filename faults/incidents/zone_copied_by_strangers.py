"""Anybody can list all names of the owner."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="zone-copied-by-strangers",
    symptom="Anybody can list all names of the owner.",
    cause="The VPS hands out copies of the zone (allow-axfr-ips).",
    cure="Allow copies to nobody there.",
    about=("dns/zone_replication: * gets no copy of the zone from the VPS",),
)
