"""What an identity provider knows of the platform, and should not: its realm, its clients, what it tells of people.

All of it through Keycloak's administration, by its public name; another kind of provider is not broken here.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faults import reach
from faults.kinds.base import Change
from faults.kinds.kubernetes import get
from faults.kinds.patches import inverse, merged
from probes.jsonobjects import JsonObject, part, parts
from provisioning.identity.administration import administration
from provisioning.identity.keycloak import Keycloak
from provisioning.identity.keycloak_flows import executions
from provisioning.secret import Secret
from provisioning.target import Target

KEYCLOAK = "keycloak"


@dataclass(frozen=True, slots=True)
class ProviderChanged(Change):
    """Something that the provider has in its realm is set otherwise.

    of: "realm"; "client PARTY", as a relying party of the inventory is registered; "mapper SCOPE NAME", what is stated
        about people; "step NAME", of the sign-in flow (a flow's name is its alias); or "secret PARTY", whether it
        ``is_kept``, as Vault has it: the other one that it becomes is drawn, and it is put right from there.
    settings: as Keycloak represents it, as a JSON merge patch.
    """

    of: str
    settings: Mapping[str, Any]

    def _why_not(self, target: Target) -> str | None:
        word, *name = self.of.split()
        return why_not(target, name[0] if word in {"client", "secret"} else "")

    def _read(self, target: Target, _at: str) -> JsonObject:
        return inverse(self._now(keycloak(target), target), self.settings)

    def _alter(self, _target: Target, _at: str, _was: JsonObject) -> JsonObject:
        return dict(self.settings)

    def _write(self, target: Target, _at: str, value: JsonObject) -> None:
        known = keycloak(target)
        word, *name = self.of.split()
        if word == "realm":
            known.put_realm(value)
        elif word == "client":
            # An attribute that is empty goes away.
            attributes = {key: each or "" for key, each in part(value, "attributes").items()}
            known.put_client({"clientId": _client_id(target, *name), **value, "attributes": attributes})
        elif word == "secret":
            drawn = Secret("another client secret", secrets.token_urlsafe(32))
            chosen = _kept(target, *name) if value["is_kept"] else drawn
            known.put_client({"clientId": _client_id(target, *name), "secret": chosen})
        elif word == "mapper":
            mapper = merged(self._now(known, target), value)
            known.put_scope({"name": name[0], "protocolMappers": [mapper]})
        else:
            path = f"/authentication/flows/{(known.realm() or {})['browserFlow']}/executions".replace(
                " ", "%20"
            )
            known.call("PUT", path, merged(self._now(known, target), value))

    def _now(self, known: Keycloak, target: Target) -> JsonObject:
        word, *name = self.of.split()
        if word == "realm":
            return known.realm() or {}
        if word == "client":
            found = known.client(_client_id(target, *name)) or {}
            return {
                **found,
                "attributes": {key: each or None for key, each in part(found, "attributes").items()},
            }
        if word == "secret":
            now = known.client_secret(_client_id(target, *name))
            return {"is_kept": now.reveal() == _kept(target, *name).reveal()}
        if word == "mapper":
            scope, mapper = name
            every = parts(known.scope(scope) or {}, "protocolMappers")
            found = next((each for each in every if each["name"] == mapper), None)
        else:
            found = next((each for each in steps(known) if named(each) == name[0]), None)
        if found is None:
            raise OSError(f"the provider has no {self.of}")
        return found


def keycloak(target: Target) -> Keycloak:
    """Return the provider's administration, by its public name. Raises OSError when it is none that is known."""
    inventory = target.inventory
    known = _credential(target, "identity-admin")
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


def _kept(target: Target, party: str) -> Secret:
    """Return the secret of a relying party's client as it came from Vault."""
    return _credential(target, f"{party}-client")


def _credential(target: Target, name: str) -> Secret:
    known = target.inventory.credentials.get(name)
    credential = known and known.kubernetes_secret
    if credential is None:
        raise OSError(f"the credential {name} is not kept in the cluster")
    return secret(target, credential.namespace, credential.name, credential.key)
