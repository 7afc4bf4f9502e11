"""Gitea, which people sign in to by the identity provider; its chart's init container is followed closely."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units import login_start
from provisioning.lab.units.layer_02_services import identity_provider
from provisioning.lab.units.layer_03_configuration.public_roots import ROOTS, authorities

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

PARTY = "gitea"


def start(lab: Lab) -> None:
    """Apply it; another configuration, or other authorities to trust, replace its pod."""
    service, party = lab.inventory.services[PARTY], lab.inventory.relying_parties[PARTY]
    configuration = lab.render("gitea.ini", host=service.host, username_claim=party.username_claim)
    script = lab.render(
        "gitea.sh",
        host=service.host,
        # Where a login starts, Gitea has the name of the source.
        source=party.login_start.rpartition("/")[2],
        issuer=identity_provider.settings(lab).issuer_of(party.client_id),
        # Gitea asks for "openid" of its own accord.
        scopes=[scope for scope in party.scopes if scope != "openid"],
        admin_group=party.admin_group or "",
    )
    checksum = hashlib.sha256((configuration + script + authorities(lab)).encode()).hexdigest()
    manifest = lab.render(
        "gitea.yaml",
        namespace=service.namespace,
        configuration=configuration,
        script=script,
        checksum=checksum,
        roots=ROOTS,
    )
    lab.apply(manifest)


UNIT: Unit[Lab] = Unit(
    name="gitea",
    layer=Layer.CONFIGURATION,
    needs=("identity_published", "relying_parties", "external_secrets_config", "public_roots"),
    start=start,
    gate=login_start.reached(PARTY, "deployment/gitea"),
)
