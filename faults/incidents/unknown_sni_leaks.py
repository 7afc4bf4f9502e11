"""The cluster answers for names that are not its own."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The VPS shows for a name that nobody has what the ingress VIP shows for it."""
    return evidence.seen.strangers.get("VPS") == "what the cluster shows"


INCIDENT = Incident(
    slug="unknown-sni-leaks",
    symptom="A site of the VPS' own is dark; scanners reach the ingress controller by any name.",
    cause="The VPS' map passes on by default.",
    cure="Make the VPS' own server the default.",
    told_by=told_by,
    about=("networking/vps_proxy",),
    reproduce="pytest -m conformance --fault unknown_names_passed_on",
)
