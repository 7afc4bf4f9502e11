"""Secrets that were sealed for another key."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The private key is not the certificate's, the cluster has another pair, or something in it is for another."""
    found = evidence.seen.sealing
    elsewhere = (
        bool(found.get("in the cluster")) and found.get("of layer 00", "") not in found["in the cluster"]
    )
    closed = any(
        name.startswith("sealed ") and "no key could decrypt" in why
        for name, why in evidence.seen.synced.items()
    )
    return "sealing key pair" in evidence.said or elsewhere or closed


INCIDENT = Incident(
    slug="sealedsecret-wrong-keypair",
    symptom="After a rebuild the sealed secrets do not open; everything that needs them waits for ever.",
    cause="The private key is not that of the certificate they were sealed with.",
    cure=(
        "Put the right pair back into layer 00; never make a new one while secrets in git are sealed "
        "for the old."
    ),
    told_by=told_by,
    about=("bootstrap/destroy", "destroy-leaves-no-trace", "sealed-for-other-key-refused"),
    reproduce="pytest -m conformance --fault sealing_key_replaced",
)
