"""The primary refuses the copy although the VPS is allowed to make one."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="pdns-chart-config-ignored",
    symptom="The primary refuses the copy although the VPS is allowed to make one.",
    cause="The settings for transfers did not arrive at PowerDNS (disable-axfr, allow-axfr-ips).",
    cure="Compare what PowerDNS says of its settings with what was wanted.",
    about=(
        "dns/zone_replication: *",
        "dns/powerdns: PowerDNS hands out the zone to the planned networks, and to no other",
    ),
)
