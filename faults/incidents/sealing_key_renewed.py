"""A younger key to seal with."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The cluster opens with the certificate of layer 00, and with others too."""
    found = evidence.seen.sealing.get("in the cluster", "").split()
    return len(found) > 1 and evidence.seen.sealing.get("of layer 00") in found


INCIDENT = Incident(
    slug="sealing-key-renewed",
    symptom=(
        "kubeseal seals for a key that is lost with the cluster; after the next rebuild that "
        "secret does not open."
    ),
    cause="The controller makes a new key pair every 30 days, unless it is told not to.",
    cure="Turn the renewal off, remove the younger pair, seal again what was sealed for it.",
    told_by=told_by,
    about=("secrets/sealed_secrets", "bootstrap/destroy"),
    reproduce="pytest -m conformance --fault sealing_key_renewed",
)
