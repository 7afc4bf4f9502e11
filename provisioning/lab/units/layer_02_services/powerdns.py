"""The name server where the cluster's zone is made: PowerDNS over MariaDB, behind the DNS VIP."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import credentials, rollout
from provisioning.lab.units.layer_02_services.mariadb import NAMESPACE

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab
    from provisioning.secret import Secret

EXPIRE = 7 * 24 * 3600
"""Seconds that a secondary goes on answering without having heard of the primary."""
MINIMUM = 5
"""Seconds that a resolver remembers that a name does not exist. Short, as a name is asked for before it is there."""


def api_key(lab: Lab) -> Secret:
    """Return the key of PowerDNS' HTTP API, made if there is none, and in every namespace that needs it."""
    return credentials.keep(
        lab, "powerdns-api-key", "PDNS_API_KEY", NAMESPACE, "external-dns", "cert-manager"
    )


def start(lab: Lab) -> None:
    """Apply the name server; a changed configuration replaces its pod."""
    api_key(lab)
    configuration = lab.render("powerdns.conf", expire=EXPIRE, minimum=MINIMUM)
    checksum = hashlib.sha256(configuration.encode()).hexdigest()
    lab.apply(
        lab.render("powerdns.yaml", namespace=NAMESPACE, configuration=configuration, checksum=checksum)
    )


UNIT: Unit[Lab] = Unit(
    name="powerdns",
    layer=Layer.SERVICES,
    needs=("mariadb", "address_pools"),
    start=start,
    gate=rollout.complete(NAMESPACE, "deployment/powerdns"),
)
