"""Matrix' server, which people sign in to by the identity provider."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import login_start
from provisioning.lab.units.layer_02_services import identity_provider
from provisioning.lab.units.layer_03_configuration.public_roots import ROOTS, authorities

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

PARTY = "matrix"
SECRETS = {
    "client": "matrix-oauth-client-secret",
    "signing": "synapse-signing-key",
    "macaroon": "synapse-macaroon-secret",
    "registration": "synapse-registration-secret",
}
"""The Secrets that it reads, by the names of their folders."""


def start(lab: Lab) -> None:
    """Apply it; another configuration, or other authorities to trust, replace its pod."""
    service, party = lab.inventory.services[PARTY], lab.inventory.relying_parties[PARTY]
    configuration = lab.render(
        "homeserver.yaml",
        host=service.host,
        # Where a login starts, Synapse puts "oidc-" before the name of the provider.
        provider=party.login_start.rpartition("/oidc-")[2],
        issuer=identity_provider.settings(lab).issuer_of(party.client_id),
        party=party,
    )
    manifest = lab.render(
        "synapse.yaml",
        namespace=service.namespace,
        configuration=configuration,
        checksum=hashlib.sha256((configuration + authorities(lab)).encode()).hexdigest(),
        roots=ROOTS,
        secrets=SECRETS,
    )
    lab.apply(manifest)


UNIT: Unit[Lab] = Unit(
    name="synapse",
    layer=Layer.CONFIGURATION,
    needs=("identity_published", "relying_parties", "external_secrets_config", "public_roots"),
    start=start,
    gate=login_start.reached(PARTY, "deployment/synapse"),
)
