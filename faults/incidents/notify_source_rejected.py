"""PowerDNS notifies a secondary that cannot know it."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either


def told_by(evidence: Evidence) -> bool:
    """The zone is kept as one whose changes are notified, or PowerDNS is set up to notify."""
    dns = evidence.seen.dns
    notifies = any(dns.get(name) == "yes" for name in ("primary", "master"))
    return notifies or dns.get("kind", "").lower() in {"master", "primary"}


INCIDENT = Incident(
    slug="notify-source-rejected",
    symptom="The VPS logs that a NOTIFY is not from a primary, and changes arrive no sooner.",
    cause="NOTIFY leaves from the address of the node that has the pod; the secondary trusts the DNS VIP only.",
    cure="Keep the zone Native and configure no NOTIFY; rely on the SOA's refresh.",
    told_by=either(contradicted(), told_by),
    about=("decisions/repository/names", "decision-notify-off"),
    reproduce="pytest -m conformance --fault notify_sent",
)
