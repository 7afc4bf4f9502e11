"""The SOA names a name server that does not exist."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._names import serial


def told_by(evidence: Evidence) -> bool:
    """The first word of the SOA is none of the planned name servers."""
    words, planned = (
        evidence.seen.names.get("primary", "").split(),
        evidence.seen.plan.get("name servers", []),
    )
    if serial(evidence.seen, "primary") is None or not planned:
        return False
    return words[-1].rstrip(".") not in planned


INCIDENT = Incident(
    slug="soa-of-nobody",
    symptom="The SOA reads a.misconfigured.dns.server.invalid.",
    cause="The zone was made with PowerDNS' default content of an SOA.",
    cure="Set default-soa-content, and the SOA of the zone.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault soa_of_nobody",
)
