"""A public name leads to a private address."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="external-dns-private-target",
    symptom="A public name leads to a private address.",
    cause="external-dns takes the Ingress' own address (the ingress VIP) for the target.",
    cure="Give --default-targets and --force-default-targets: the VPS' public address.",
    about=(
        "dns/external_dns: *",
        "dns/delegation: No public name leads to an address that the world cannot reach",
    ),
)
