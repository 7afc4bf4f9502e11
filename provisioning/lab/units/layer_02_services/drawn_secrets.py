"""Secrets that the cluster draws for itself, once: passwords and keys that nobody outside has to know.

Vault is not asked for them, and who needs no more than these does not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_02_services import external_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisioning.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Drawn:
    """A Secret that is drawn once: `template` says for each of its keys what is made of the drawn `password`."""

    service: str
    name: str
    length: int
    template: Mapping[str, str]


_PASSWORD = "{{ .password }}"  # noqa: S105 - External Secrets' own template of one
DRAWN = (
    Drawn("identity", "identity-admin", 32, {"username": "admin", "password": _PASSWORD}),
    Drawn("gitea", "gitea-admin-password", 24, {"username": "gitea-admin", "password": _PASSWORD}),
    # 43 characters of base64 are the 32 bytes of the key that Synapse signs with.
    Drawn("matrix", "synapse-signing-key", 43, {"signing.key": f"ed25519 a_lab {_PASSWORD}"}),
    Drawn("matrix", "synapse-registration-secret", 32, {"secret": _PASSWORD}),
    Drawn("matrix", "synapse-macaroon-secret", 32, {"secret": _PASSWORD}),
)


def start(lab: Lab) -> None:
    """Make the namespaces of those who get a Secret."""
    external_secrets.make_namespaces(lab, (one.service for one in DRAWN))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Apply the objects, and return what is not in place: a webhook looks at them, and may be late."""
    try:
        lab.apply(lab.render("drawn_secrets.yaml", drawn=DRAWN))
    except OSError as error:
        return (str(error),)
    secrets = ((lab.inventory.services[one.service].namespace, one.name) for one in DRAWN)
    return external_secrets.unready(lab, secrets)


UNIT: Unit[Lab] = Unit(
    name="drawn_secrets",
    layer=Layer.SERVICES,
    needs=("external_secrets",),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="every Secret of the cluster's own is drawn",
        patience="secrets",
    ),
)
