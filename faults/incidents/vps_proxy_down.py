"""The proxy on the VPS is not there."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """Nothing takes connections on port 443 of the VPS."""
    door = evidence.seen.front.get("proxy", "")
    return bool(door) and door != "takes connections"


INCIDENT = Incident(
    slug="vps-proxy-down",
    symptom="Every public website is dark, the cluster and its names are well.",
    cause="nginx on the VPS does not run: a configuration that it does not take, or a port that is taken.",
    cure="Look at its log; `nginx -t`.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault vps_proxy_stopped",
)
