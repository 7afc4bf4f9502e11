"""The tailnet's one active router is dead."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="axfr-route-primary-dead",
    symptom="The whole range of VIPs is unreachable from the VPS.",
    cause="The primary holder of the route is offline, and no other took it over.",
    cure="Keep at least one router active; test the failover.",
    about=("vps-route-over-tailnet", "services-pool-auto-assigned", "powerdns-answers-at-vip"),
)
