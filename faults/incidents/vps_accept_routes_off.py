"""The VPS does not take the routes that are offered to it."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="vps-accept-routes-off",
    symptom="The VPS cannot reach the VIPs, though the controllers advertise them.",
    cause="The VPS runs its tailnet client without accept-routes.",
    cure="Run `tailscale set --accept-routes` on the VPS.",
    about=(
        "networking/routes: The VPS goes through the tailnet to the VIPs",
        "networking/metallb: A service that asks for nothing gets an address of services-pool and answers there",
    ),
)
