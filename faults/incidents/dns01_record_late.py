"""The record that proves a name does not reach the public name server."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._names import frozen


def told_by(evidence: Evidence) -> bool:
    """The VPS keeps the zone as no secondary does, and a copy by hand is complete."""
    return frozen(evidence.seen)


INCIDENT = Incident(
    slug="dns01-record-late",
    symptom="A challenge stays pending: cert-manager waits for its TXT record at the VPS.",
    cause="The zone is copied too rarely or not at all.",
    cure="See why the VPS lags; its copying is all that a certificate waits for.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault dns01_record_late",
)
