"""Nobody writes names for new Ingresses."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="external-dns-down",
    symptom="Old names live on, a new Ingress gets none, and the name of a removed one stays.",
    cause="external-dns has no ready pod: a flag that it does not know, or it was scaled to nothing.",
    cure="Look at its log and its arguments.",
    told_by=absent("/external-dns"),
    reproduce="pytest -m conformance --fault external_dns_absent",
)
