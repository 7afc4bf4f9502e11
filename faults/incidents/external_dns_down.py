"""New Ingresses get no name; old names stay."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="external-dns-down",
    symptom="New Ingresses get no name; old names stay.",
    cause="external-dns does not run, or cannot reach the API of PowerDNS.",
    cure="Read its log; it has no shell. Flags that it does not know make it crash.",
    about=(
        "dns/external_dns: *",
        "networking/public_path: *",
    ),
)
