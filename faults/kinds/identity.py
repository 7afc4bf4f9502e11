"""What an identity provider knows of the platform, and should not: its realm, its clients, what it tells of people.

All of it through Keycloak's administration, by its public name; another kind of provider is not broken here.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from faults import reach
from faults.kinds.base import Change, Harm
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
class RealmChanged(Change):
    """Settings of the realm are other ones. settings: as Keycloak represents a realm."""

    settings: Mapping[str, Any]

    def available(self, target: Target) -> str | None:
        """Say that the provider cannot be changed, or None."""
        return why_not(target)

    def _read(self, target: Target, _at: str) -> JsonObject:
        return _chosen(keycloak(target).realm(), self.settings)

    def _alter(self, _target: Target, _at: str, _was: JsonObject) -> JsonObject:
        return dict(self.settings)

    def _write(self, target: Target, _at: str, value: JsonObject) -> None:
        keycloak(target).put_realm(value)


@dataclass(frozen=True, slots=True)
class ClientChanged(Change):
    """A relying party's client is registered otherwise. party: in the inventory.

    settings: as Keycloak represents a client. attributes: of these, which are an object of their own; None takes one
    away.
    """

    party: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    attributes: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])

    def available(self, target: Target) -> str | None:
        """Say that the provider, or this client of it, cannot be changed, or None."""
        return why_not(target, self.party)

    def _read(self, target: Target, _at: str) -> JsonObject:
        found = keycloak(target).client(_client_id(target, self.party)) or {}
        known = {key: value or None for key, value in part(found, "attributes").items()}
        return {"settings": _chosen(found, self.settings), "attributes": _chosen(known, self.attributes)}

    def _alter(self, _target: Target, _at: str, _was: JsonObject) -> JsonObject:
        return {"settings": dict(self.settings), "attributes": dict(self.attributes)}

    def _write(self, target: Target, _at: str, value: JsonObject) -> None:
        # An attribute that is empty goes away.
        attributes = {key: each or "" for key, each in value["attributes"].items()}
        named = {"clientId": _client_id(target, self.party), **value["settings"]}
        keycloak(target).put_client({**named, "attributes": attributes})


@dataclass(frozen=True, slots=True)
class ClientSecretChanged(Harm):
    """The provider knows a client by another secret than Vault keeps for it. It is put right from there."""

    party: str

    def available(self, target: Target) -> str | None:
        """Say that the provider, or this client of it, cannot be changed, or None."""
        return why_not(target, self.party)

    def _harm(self, target: Target, _at: str, _was: None) -> None:
        self._put(target, Secret("another client secret", secrets.token_urlsafe(32)))

    def _undo(self, target: Target, _at: str, _was: None) -> None:
        self._put(target, self._kept(target))

    def _undone(self, target: Target, _at: str, _was: None) -> bool:
        known = keycloak(target).client_secret(_client_id(target, self.party))
        return known.reveal() == self._kept(target).reveal()

    def _put(self, target: Target, value: Secret) -> None:
        keycloak(target).put_client({"clientId": _client_id(target, self.party), "secret": value})

    def _kept(self, target: Target) -> Secret:
        return secret(target, target.inventory.services["identity"].namespace, CLIENTS, self.party)


@dataclass(frozen=True, slots=True)
class MapperChanged(Change):
    """The provider states something else about people. scope, mapper: whose; config: as Keycloak represents it."""

    scope: str
    mapper: str
    config: Mapping[str, str]

    def available(self, target: Target) -> str | None:
        """Say that the provider cannot be changed, or None."""
        return why_not(target)

    def _read(self, target: Target, _at: str) -> JsonObject:
        return {str(key): str(value) for key, value in part(self._mapper(target), "config").items()}

    def _alter(self, _target: Target, _at: str, was: JsonObject) -> JsonObject:
        return {**was, **self.config}

    def _write(self, target: Target, _at: str, value: JsonObject) -> None:
        mappers = [{**self._mapper(target), "config": dict(value)}]
        keycloak(target).put_scope({"name": self.scope, "protocolMappers": mappers})

    def _mapper(self, target: Target) -> JsonObject:
        found = keycloak(target).scope(self.scope) or {}
        mappers = cast("list[JsonObject]", found.get("protocolMappers") or [])
        named = [each for each in mappers if each["name"] == self.mapper]
        if not named:
            raise OSError(f"the provider has no mapper {self.mapper!r} in the scope {self.scope!r}")
        return named[0]


@dataclass(frozen=True, slots=True)
class FlowStepChanged(Change):
    """A step of the sign-in flow is required otherwise. step: its name; a flow's is its alias."""

    step: str
    requirement: str

    def available(self, target: Target) -> str | None:
        """Say that the provider cannot be changed, or None."""
        return why_not(target)

    def _read(self, target: Target, _at: str) -> str:
        return str(self._now(target)["requirement"])

    def _alter(self, _target: Target, _at: str, _was: str) -> str:
        return self.requirement

    def _write(self, target: Target, _at: str, value: str) -> None:
        known = keycloak(target)
        path = f"/authentication/flows/{(known.realm() or {})['browserFlow']}/executions".replace(" ", "%20")
        known.call("PUT", path, {**self._now(target), "requirement": value})

    def _now(self, target: Target) -> JsonObject:
        return next(each for each in steps(keycloak(target)) if named(each) == self.step)


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


def _chosen(found: Mapping[str, Any] | None, keys: Iterable[str]) -> JsonObject:
    return {key: (found or {}).get(key) for key in keys}
