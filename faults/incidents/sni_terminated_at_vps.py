"""The VPS opens what it should pass on."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """At the VPS a website shows a certificate, and another one than at the ingress VIP."""
    shown = [
        each["at the VPS"]
        for each in evidence.seen.websites.values()
        if "at the VPS" in each and "authority" in each
    ]
    return any(each != "the same" and " until " in each for each in shown)


INCIDENT = Incident(
    slug="sni-terminated-at-vps",
    symptom="A visitor meets a certificate that the cluster never had.",
    cause="The name is missing in the VPS' map of names that are passed on.",
    cure="Pass the owner's domain, and all below it, on to the ingress VIP.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault sni_terminated_at_vps",
)
