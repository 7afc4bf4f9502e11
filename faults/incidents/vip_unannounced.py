"""Nobody on the network has the address of a service that runs."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._names import serial


def told_by(evidence: Evidence) -> bool:
    """PowerDNS is ready, its service takes traffic at any node, and the DNS VIP is silent at home."""
    seen = evidence.seen
    runs = any(ready > 0 for name, (ready, _) in seen.workloads.items() if name.endswith("/powerdns"))
    silent = bool(seen.names) and serial(seen, "primary") is None and serial(seen, "VPS") is not None
    return runs and silent and "Local" not in seen.dns.get("policy", "")


INCIDENT = Incident(
    slug="vip-unannounced",
    symptom="The service has its EXTERNAL-IP, pods reach it, and the VIP is silent from outside the cluster.",
    cause="No L2Advertisement covers the pool that the address is from, or no speaker may announce it.",
    cure="Name the pool in the L2Advertisement; look at the speakers' logs.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault dns_vip_unannounced",
)
