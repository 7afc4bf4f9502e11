"""Nobody answers at the ingress VIP."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="ingress-down",
    symptom="Every website is dark, the VIP refuses connections.",
    cause="The ingress controller has no ready pod.",
    cure="Scale it up; look at its log.",
    told_by=absent("/ingress-nginx-controller"),
    about=("networking/vps_proxy_resilience", "ingress-pod-killed"),
    reproduce="pytest -m conformance --fault ingress_absent",
)
