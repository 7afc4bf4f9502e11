"""The route into the cluster is not there."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """On the VPS the way to the API VIP does not lead through the tailnet, and the VIP answers at home."""
    seen = evidence.seen
    return bool(seen.vps_way) and "tailnet" not in seen.vps_way and seen.apis.get("its VIP") == "ready"


INCIDENT = Incident(
    slug="tailscale-bad-cidr",
    symptom="The VPS loses the route, and every public website dies, while all is well at home.",
    cause=(
        "The advertised network has host bits (10.0.3.4/28), so that the tailnet rejects it; or "
        "nobody advertises it."
    ),
    cure="Advertise one strict network that holds all VIPs, 10.0.3.0/27.",
    told_by=told_by,
    about=("decision-routes-cover-pools", "route-covers-vips", "tailnet-route-restored"),
    reproduce="pytest -m conformance --fault advertised_route_missing",
)
