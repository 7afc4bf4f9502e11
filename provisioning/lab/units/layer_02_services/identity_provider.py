"""The identity provider: Keycloak, with its database on a volume of its own.

It is started as soon as it can be: its first start, which makes the database, takes longer than any other program's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.identity.administration import origin, realm_of
from provisioning.identity.keycloak import Keycloak
from provisioning.lab.lab import needed
from provisioning.lab.units import credentials, publishing, rollout

if TYPE_CHECKING:
    from inventory import Identity
    from provisioning.lab.lab import Lab

SERVICE, ADMINISTRATOR = "identity", "identity-admin"
"""Names: of the Service (and so of the Ingress), and of the Secret with the administrator's password."""


def namespace(lab: Lab) -> str:
    """Return where it lives."""
    return lab.inventory.services["identity"].namespace


def settings(lab: Lab) -> Identity:
    """Return who it is, by the inventory."""
    return needed(lab.inventory.identity, "identity")


def start(lab: Lab) -> None:
    """Apply it."""
    identity = settings(lab)
    manifest = lab.render(
        "keycloak.yaml",
        namespace=namespace(lab),
        address=origin(identity),
        administrator=identity.administrator,
    )
    lab.apply(manifest)


def administration(lab: Lab) -> Keycloak:
    """Return its administration, by its name inside the cluster: no certificate is needed for that.

    Raises:
        OSError: the administrator's password is not there.
        CannotObserve: as `Api.get`.

    """
    secret = credentials.given(lab, ADMINISTRATOR, "password", namespace(lab))
    identity, address = settings(lab), f"http://{SERVICE}.{namespace(lab)}.svc.cluster.local"
    return Keycloak(publishing.inside(lab), address, realm_of(identity), identity.administrator, secret, None)


UNIT: Unit[Lab] = Unit(
    name="identity_provider",
    layer=Layer.SERVICES,
    needs=("storage", "coredns", "drawn_secrets"),
    start=start,
    gate=Gate(
        observe=lambda lab: rollout.lacking(lab, namespace(lab), "deployment/keycloak"),
        until=lambda found: not found,
        expected="the identity provider runs",
        patience="identity_provider",
        hopeless=rollout.hopeless,
    ),
)
