"""What is asked of an identity provider's administration, whichever product it is: people, and what they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from provisioning.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from inventory import Identity, Inventory
    from probes.vantage import Vantage


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in. `email` counts as verified."""

    username: str
    email: str
    given_name: str
    family_name: str
    password: Secret


class Administration(Protocol):
    """People at an identity provider. Every method raises OSError, with the provider's own words."""

    def create_person(self, person: Person, groups: Iterable[str], *, enabled: bool = True) -> None:
        """Make somebody who can sign in at once, as a member of groups; a group that is missing is an error."""
        ...

    def remove_person(self, username: str) -> None:
        """Remove somebody, sessions included; nobody of that name is no error."""
        ...

    def people(self, prefix: str) -> tuple[str, ...]:
        """Return the names that begin with `prefix`, sorted."""
        ...

    def groups_of(self, username: str) -> frozenset[str]:
        """Return the names of the groups that somebody is in."""
        ...

    def join(self, username: str, group: str) -> None:
        """Make somebody a member of a group; a member stays one."""
        ...

    def leave(self, username: str, group: str) -> None:
        """Take somebody out of a group; whoever is not in it stays out."""
        ...

    def enable(self, username: str, enabled: bool) -> None:  # noqa: FBT001 - the value itself, as it is stored
        """Let somebody sign in, or not."""
        ...

    def end_sessions(self, username: str) -> None:
        """End all sessions of somebody at the provider."""
        ...


def administration(
    inventory: Inventory, vantage: Vantage, secret: Secret, roots: Path | None
) -> Administration:
    """Return the administration of the inventory's provider; nothing is asked before its first method is called.

    Args:
        inventory: it has the section [identity].
        vantage: where from; the provider is called by its public name.
        secret: the credential `identity-admin`.
        roots: PEM file of the authorities to trust; None: those of the looking machine.

    Raises:
        ValueError: the inventory has no [identity].

    """
    # Here, so that each product's module can take `Person` from this one.
    from provisioning.identity.authentik import Authentik  # noqa: PLC0415
    from provisioning.identity.keycloak import Keycloak  # noqa: PLC0415

    identity = inventory.identity
    if identity is None:
        raise ValueError("this inventory has no [identity]")
    base = origin(identity)
    if identity.kind == "authentik":
        return Authentik(vantage, base, secret, roots)
    return Keycloak(vantage, base, realm_of(identity), identity.administrator, secret, roots)


def origin(identity: Identity) -> str:
    """Return the provider's public address, without a path: "https://auth.example.org"."""
    parts = urlsplit(identity.issuer)
    return f"{parts.scheme}://{parts.netloc}"


def realm_of(identity: Identity) -> str:
    """Return the realm of a Keycloak: what its issuer ends with."""
    return identity.issuer.rstrip("/").rpartition("/")[2]
