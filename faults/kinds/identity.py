"""What an identity provider knows of the platform, and should not: its realm, its clients, what it tells of people.

All of it through Keycloak's administration, by its public name; another kind of provider is not broken here.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from faults import reach
from faults.fault import Memo
from faults.kinds.kubernetes import get
from probes.jsonobjects import JsonObject, part
from provisioning.identity.administration import administration
from provisioning.identity.keycloak import Keycloak
from provisioning.identity.keycloak_flows import executions
from provisioning.secret import Secret
from provisioning.target import Target

KEYCLOAK = "keycloak"
CLIENTS = "identity-clients"
"""The Secret, beside the provider, with what Vault says that the clients' secrets are, by relying party."""


@dataclass(frozen=True, slots=True)
class Realm:
    """Settings of the realm are other ones. settings: as Keycloak represents a realm."""

    settings: Mapping[str, Any]

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return why_not(target)

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        found = keycloak(target).realm() or {}
        return {"settings": {key: found.get(key) for key in self.settings}}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        keycloak(target).put_realm(self.settings)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        keycloak(target).put_realm(memo["settings"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        found = keycloak(target).realm() or {}
        return {key: found.get(key) for key in self.settings} == memo["settings"]


@dataclass(frozen=True, slots=True)
class Client:
    """A relying party's client is registered otherwise. party: in the inventory.

    settings: as Keycloak represents a client. attributes: of these, which are an object of their own; None takes one
    away.
    """

    party: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    attributes: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return why_not(target, self.party)

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return self._now(target)

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        self._put(target, self.settings, self.attributes)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._put(target, memo["settings"], memo["attributes"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return self._now(target) == memo

    def _now(self, target: Target) -> dict[str, Any]:
        found = keycloak(target).client(_client_id(target, self.party)) or {}
        known = part(found, "attributes")
        return {
            "settings": {key: found.get(key) for key in self.settings},
            "attributes": {key: known.get(key) or None for key in self.attributes},
        }

    def _put(self, target: Target, settings: Mapping[str, Any], attributes: Mapping[str, Any]) -> None:
        # An attribute that is empty goes away.
        told = {key: value or "" for key, value in attributes.items()}
        keycloak(target).put_client(
            {"clientId": _client_id(target, self.party), **settings, "attributes": told}
        )


@dataclass(frozen=True, slots=True)
class OtherSecret:
    """The provider knows a client by another secret than Vault keeps for it. It is put right from there."""

    party: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return why_not(target, self.party)

    def before(self, target: Target) -> Memo:  # noqa: ARG002 - nothing of it may be written down
        """See `Kind.before`."""
        return {}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        self._put(target, Secret("another client secret", secrets.token_urlsafe(32)))

    def mend(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - as above
        """See `Kind.mend`."""
        self._put(target, self._kept(target))

    def mended(self, target: Target, memo: Memo) -> bool:  # noqa: ARG002 - as above
        """See `Kind.mended`."""
        known = keycloak(target).client_secret(_client_id(target, self.party))
        return known.reveal() == self._kept(target).reveal()

    def _put(self, target: Target, secret: Secret) -> None:
        keycloak(target).put_client({"clientId": _client_id(target, self.party), "secret": secret})

    def _kept(self, target: Target) -> Secret:
        namespace = target.inventory.services["identity"].namespace
        return secret(target, namespace, CLIENTS, self.party)


@dataclass(frozen=True, slots=True)
class Mapper:
    """The provider tells something else of people. scope, mapper: whose; config: as Keycloak represents a mapper's."""

    scope: str
    mapper: str
    config: Mapping[str, str]

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return why_not(target)

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"config": self._now(target)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        self._put(target, {**memo["config"], **self.config})

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._put(target, memo["config"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return self._now(target) == memo["config"]

    def _now(self, target: Target) -> dict[str, str]:
        return {str(key): str(value) for key, value in part(self._mapper(target), "config").items()}

    def _put(self, target: Target, config: Mapping[str, str]) -> None:
        mappers = [{**self._mapper(target), "config": dict(config)}]
        keycloak(target).put_scope({"name": self.scope, "protocolMappers": mappers})

    def _mapper(self, target: Target) -> JsonObject:
        found = keycloak(target).scope(self.scope) or {}
        mappers = cast("list[JsonObject]", found.get("protocolMappers") or [])
        named = [each for each in mappers if each["name"] == self.mapper]
        if not named:
            raise OSError(f"the provider has no mapper {self.mapper!r} in the scope {self.scope!r}")
        return named[0]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the flow by which people sign in is required otherwise. step: its name; a flow's is its alias."""

    step: str
    requirement: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return why_not(target)

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"requirement": self._now(target)["requirement"]}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        self._put(target, self.requirement)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._put(target, memo["requirement"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return bool(self._now(target)["requirement"] == memo["requirement"])

    def _now(self, target: Target) -> JsonObject:
        return next(each for each in steps(keycloak(target)) if named(each) == self.step)

    def _put(self, target: Target, requirement: str) -> None:
        known = keycloak(target)
        path = f"/authentication/flows/{(known.realm() or {})['browserFlow']}/executions".replace(" ", "%20")
        known.call("PUT", path, {**self._now(target), "requirement": requirement})


def keycloak(target: Target) -> Keycloak:
    """Return the provider's administration, by its public name. Raises OSError when it is none that is known."""
    inventory = target.inventory
    credential = inventory.credentials["identity-admin"].kubernetes_secret
    if credential is None:
        raise OSError("the credential identity-admin is not kept in the cluster")
    known = secret(target, credential.namespace, credential.name, credential.key)
    found = administration(inventory, target.vantages["internet"], known, inventory.public_roots)
    if not isinstance(found, Keycloak):
        raise OSError("the identity provider is none that can be broken")
    return found


def steps(known: Keycloak) -> list[JsonObject]:
    """Return the steps of the flow that people sign in by."""
    return executions(known, str((known.realm() or {}).get("browserFlow")))


def named(step: JsonObject) -> str:
    """Return what a step is called by faults."""
    return str(step["displayName"] if step.get("authenticationFlow") else step["providerId"])


def secret(target: Target, namespace: str, name: str, key: str) -> Secret:
    """Return one value of a Secret of the cluster. Raises OSError when it is not there."""
    path = f"/api/v1/namespaces/{namespace}/secrets/{name}"
    value = part(get(target, path) or {}, "data").get(key)
    if not value:
        raise OSError(f"there is no {key} in the Secret {namespace}/{name}")
    return Secret(f"{name}/{key}", b64decode(value).decode())


def why_not(target: Target, party: str = "") -> str | None:
    """Say why this provider, or this client of it, cannot be broken; else None."""
    identity = target.inventory.identity
    if identity is None or identity.kind != KEYCLOAK:
        return f"the inventory has no identity provider of the kind {KEYCLOAK}"
    if party and party not in target.inventory.relying_parties:
        return f"the inventory has no [relying_parties.{party}]"
    return None if reach.lab_of(target) else reach.NO_MACHINES


def _client_id(target: Target, party: str) -> str:
    return target.inventory.relying_parties[party].client_id
