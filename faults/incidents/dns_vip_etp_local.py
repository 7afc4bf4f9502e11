"""A DNS VIP that answers only where its pod runs."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either


def told_by(evidence: Evidence) -> bool:
    """A service with the DNS VIP has the traffic policy Local."""
    return "Local" in evidence.seen.dns.get("policy", "")


INCIDENT = Incident(
    slug="dns-vip-etp-local",
    symptom="The VPS times out at the DNS VIP, which answers at home.",
    cause="externalTrafficPolicy Local, and the route's holder is another node than the pod's.",
    cure="Set externalTrafficPolicy to Cluster.",
    told_by=either(contradicted("externalTrafficPolicy"), told_by),
    about=("decisions/repository/names", "decision-axfr-requirements", "powerdns-answers-at-vip"),
    reproduce="pytest -m conformance --fault dns_vip_kept_local",
)
