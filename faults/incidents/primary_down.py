"""The cluster's own name server is not there."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="primary-down",
    symptom="Nothing new becomes public and no certificate is issued, while the old names live on at the VPS.",
    cause="PowerDNS has no ready pod: it waits for its database, crashes, or was scaled to nothing.",
    cure="Look at the pod's log and at the database; scale it up.",
    told_by=absent("/powerdns"),
    reproduce="pytest -m conformance --fault primary_absent",
)
