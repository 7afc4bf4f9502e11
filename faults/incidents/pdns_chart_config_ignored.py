"""PowerDNS runs with other settings than those that were written down."""

from __future__ import annotations

from ipaddress import IPv4Network

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The networks that may copy a zone are not the planned ones."""
    allowed, planned = evidence.seen.dns.get("allow-axfr-ips"), evidence.seen.plan.get("transfer clients")
    if allowed is None or planned is None:
        return False
    return {IPv4Network(each.strip()) for each in allowed.split(",") if each.strip()} != set(
        map(IPv4Network, planned)
    )


INCIDENT = Incident(
    slug="pdns-chart-config-ignored",
    symptom="The VPS is refused a copy of the zone, at once and not by a time-out.",
    cause="The access list was never rendered into PowerDNS' configuration, or holds other networks.",
    cure="Compare `pdns_control current-config` with the values; set allow-axfr-ips.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault transfers_refused",
)
