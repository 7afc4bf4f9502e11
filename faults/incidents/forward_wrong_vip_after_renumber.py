"""Something still points at the addresses from before."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The cluster's DNS forwards the owner's domain to another address than the DNS VIP."""
    to, vip = evidence.seen.dns.get("forwards to"), evidence.seen.plan.get("dns")
    return to is not None and vip is not None and to != vip


INCIDENT = Incident(
    slug="forward-wrong-vip-after-renumber",
    symptom="After the network was renumbered, one way in or out still uses the old addresses.",
    cause="An address was written down in a second place.",
    cure="Search the live configuration for the old network; derive addresses from one place.",
    told_by=told_by,
    about=(
        "networking/routes",
        "decisions/repository/addresses",
        "decision-documents-real-addresses",
        "route-covers-vips",
    ),
    reproduce="pytest -m conformance --fault forward_to_retired_vip",
)
