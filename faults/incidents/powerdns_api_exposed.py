"""The API of PowerDNS is reached from outside the cluster."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A service with the port of the API has an address outside."""
    return bool(evidence.seen.dns.get("API outside"))


INCIDENT = Incident(
    slug="powerdns-api-exposed",
    symptom="Port 8081 answers at an address of MetalLB.",
    cause="The service of the API is of the type LoadBalancer.",
    cure="Make it a ClusterIP.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault powerdns_api_exposed",
)
