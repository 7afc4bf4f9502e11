"""Parent and zone name different name servers."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._names import serial


def told_by(evidence: Evidence) -> bool:
    """The names that the primary gives are not those that the parent gives."""
    servers, answered = evidence.seen.servers, serial(evidence.seen, "primary") is not None
    parent, primary = servers.get("parent"), servers.get("primary")
    return answered and bool(parent) and primary is not None and parent != primary


INCIDENT = Incident(
    slug="ns-points-elsewhere",
    symptom="cert-manager says no such host; some resolvers follow the zone's own word and find nobody.",
    cause="The apex NS records were written for other servers than those that the parent delegates to.",
    cure="Make both the planned ones.",
    told_by=told_by,
    about=("parent-delegates", "soa-mname-exists", "zonemaster-clean"),
    reproduce="pytest -m conformance --fault name_servers_elsewhere",
)
