"""The VPS does not take the routes that are offered to it."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="vps-accept-routes-off",
    symptom="The VPS cannot reach the VIPs, though the controllers advertise them.",
    cause="The VPS runs its tailnet client without accept-routes.",
    cure="Run `tailscale set --accept-routes` on the VPS.",
    about=("vps-route-over-tailnet", "services-pool-auto-assigned"),
)
