"""A public name leads to an address of the home network."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A record of the zone was seen to have a private address."""
    return "private addresses: " in evidence.said and "private addresses: none" not in evidence.said


INCIDENT = Incident(
    slug="external-dns-private-target",
    symptom="A website resolves and nobody outside reaches it.",
    cause="external-dns took the address of the Ingress instead of its default target.",
    cure="Set --default-targets and --force-default-targets to the VPS' address.",
    told_by=told_by,
    about=("ingress-hosts-have-records",),
    reproduce="pytest -m conformance --fault private_address_published",
)
