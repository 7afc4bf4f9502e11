"""Keycloak's administration: people as `Administration` has them, and what a realm is made of.

Everything that is put is made if it is missing and changed if it differs, so that all of it can be done again.
Source: Keycloak 26, Admin REST API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from probes.jsonobjects import part
from provisioning.identity.keycloak_api import KeycloakApi
from provisioning.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from probes.jsonobjects import JsonObject
    from provisioning.identity.administration import Person

_MANY = "1000"


class Keycloak(KeycloakApi):
    """A realm: its people, and its clients, groups, scopes. All methods raise OSError, as `call`."""

    # people

    def create_person(self, person: Person, groups: Iterable[str], *, enabled: bool = True) -> None:
        """See `Administration`."""
        body = {
            "username": person.username,
            "email": person.email,
            "emailVerified": True,
            "firstName": person.given_name,
            "lastName": person.family_name,
            "enabled": enabled,
            "credentials": [{"type": "password", "value": person.password.reveal(), "temporary": False}],
        }
        known = {group: self._group_id(group) for group in groups}  # before somebody half made is left behind
        self.call("POST", "/users", body)
        for group in known:
            self.join(person.username, group)

    def remove_person(self, username: str) -> None:
        """See `Administration`."""
        found = self._find_person(username)
        if found is not None:
            self.call("DELETE", f"/users/{found['id']}", optional=True)

    def people(self, prefix: str) -> tuple[str, ...]:
        """See `Administration`."""
        found: list[JsonObject] = self.call(
            "GET", "/users", username=prefix, max=_MANY, briefRepresentation="true"
        )
        return tuple(
            sorted(str(each["username"]) for each in found if str(each["username"]).startswith(prefix))
        )

    def groups_of(self, username: str) -> frozenset[str]:
        """See `Administration`."""
        found: list[JsonObject] = self.call("GET", f"/users/{self._person_id(username)}/groups", max=_MANY)
        return frozenset(str(each["name"]) for each in found)

    def join(self, username: str, group: str) -> None:
        """See `Administration`."""
        self.call("PUT", f"/users/{self._person_id(username)}/groups/{self._group_id(group)}")

    def leave(self, username: str, group: str) -> None:
        """See `Administration`."""
        self.call("DELETE", f"/users/{self._person_id(username)}/groups/{self._group_id(group)}")

    def enable(self, username: str, enabled: bool) -> None:  # noqa: FBT001 - as `Administration` has it
        """See `Administration`."""
        found = self._known_person(username)
        self.call("PUT", f"/users/{found['id']}", {**found, "enabled": enabled})

    def end_sessions(self, username: str) -> None:
        """See `Administration`."""
        self.call("POST", f"/users/{self._person_id(username)}/logout")

    def _find_person(self, username: str) -> JsonObject | None:
        found: list[JsonObject] = self.call("GET", "/users", username=username, exact="true")
        return next((each for each in found if each["username"] == username), None)

    def _known_person(self, username: str) -> JsonObject:
        found = self._find_person(username)
        if found is None:
            raise OSError(f"Keycloak: nobody is called '{username}' in the realm {self.realm_name}")
        return found

    def _person_id(self, username: str) -> str:
        return str(self._known_person(username)["id"])

    # the realm

    def realm(self) -> JsonObject | None:
        """Return the realm as Keycloak represents it, without what is in it; None if there is none."""
        return cast("JsonObject | None", self.call("GET", "", optional=True))

    def put_realm(self, settings: Mapping[str, object]) -> None:
        """Make the realm, or change these settings of it."""
        if self.realm() is None:
            self.ask("POST", "/admin/realms", {"realm": self.realm_name, **settings})
        else:
            self.call("PUT", "", dict(settings))

    # groups and roles

    def put_role(self, name: str) -> JsonObject:
        """Return a role of the realm, made if it is missing."""
        path = f"/roles/{quote(name, safe='')}"
        if self.call("GET", path, optional=True) is None:
            self.call("POST", "/roles", {"name": name})
        return cast("JsonObject", self.call("GET", path))

    def put_group(self, name: str, *roles: str) -> None:
        """Make a group at the top that gives its members these roles of the realm."""
        if self._find_group(name) is None:
            self.call("POST", "/groups", {"name": name})
        if roles:
            mapped = [self.put_role(role) for role in roles]
            self.call("POST", f"/groups/{self._group_id(name)}/role-mappings/realm", mapped)

    def _find_group(self, name: str) -> JsonObject | None:
        found: list[JsonObject] = self.call("GET", "/groups", search=name, exact="true", max=_MANY)
        return next((each for each in found if each["name"] == name), None)

    def _group_id(self, name: str) -> str:
        found = self._find_group(name)
        if found is None:
            raise OSError(f"Keycloak: the realm {self.realm_name} has no group '{name}'")
        return str(found["id"])

    # scopes and their mappers

    def scope(self, name: str) -> JsonObject | None:
        """Return a client scope with its "protocolMappers"; None if there is none."""
        found: list[JsonObject] = self.call("GET", "/client-scopes")
        return next((each for each in found if each["name"] == name), None)

    def put_scope(self, wanted: Mapping[str, Any]) -> None:
        """Make or change a client scope (by "name") and those of its "protocolMappers" that are named."""
        if self.scope(str(wanted["name"])) is None:
            self.call(
                "POST", "/client-scopes", {key: wanted[key] for key in wanted if key != "protocolMappers"}
            )
        found = self.scope(str(wanted["name"])) or {}
        self._put_mappers(f"/client-scopes/{found['id']}", wanted.get("protocolMappers", ()))

    def _scope_id(self, name: str) -> str:
        found = self.scope(name)
        if found is None:
            raise OSError(f"Keycloak: the realm {self.realm_name} has no client scope '{name}'")
        return str(found["id"])

    def mappers(self, client_id: str) -> list[JsonObject]:
        """Return the protocol mappers that a client has of its own, besides those of its scopes."""
        path = f"/clients/{self._client(client_id)['id']}/protocol-mappers/models"
        return cast("list[JsonObject]", self.call("GET", path))

    def _put_mappers(self, owner: str, wanted: Iterable[Mapping[str, Any]]) -> None:
        path = f"{owner}/protocol-mappers/models"
        known: list[JsonObject] = self.call("GET", path)
        ids = {str(each["name"]): str(each["id"]) for each in known}
        for each in wanted:
            mapper = {"protocol": "openid-connect", **each}
            existing = ids.get(str(each["name"]))
            if existing is None:
                self.call("POST", path, mapper)
            else:
                self.call("PUT", f"{path}/{existing}", {**mapper, "id": existing})

    # clients

    def client(self, client_id: str) -> JsonObject | None:
        """Return a client as Keycloak represents it, its secret withheld; None if there is none."""
        found: list[JsonObject] = self.call("GET", "/clients", clientId=client_id)
        return next(({**each, "secret": None} if "secret" in each else each for each in found), None)

    def put_client(self, wanted: Mapping[str, Any]) -> None:
        """Make a client (by "clientId"), or change what is said of it; the rest of it stays.

        "secret" may be a `Secret`. Scopes and "protocolMappers" that an existing client has besides
        those named here are left to it.
        """
        revealed: dict[str, Any] = {
            key: value.reveal() if isinstance(value, Secret) else value for key, value in wanted.items()
        }
        found = self.client(str(wanted["clientId"]))
        if found is None:
            self.call("POST", "/clients", revealed)
            return
        kept = {key: value for key, value in found.items() if key not in {"secret", "protocolMappers"}}
        attributes = {**part(kept, "attributes"), **part(revealed, "attributes")}
        mappers: list[Mapping[str, Any]] = revealed.pop("protocolMappers", [])
        owner = f"/clients/{found['id']}"
        self.call("PUT", owner, {**kept, **revealed, "attributes": attributes})
        self._put_mappers(owner, mappers)
        for way in ("default", "optional"):
            for name in revealed.get(f"{way}ClientScopes", ()):
                self.call("PUT", f"{owner}/{way}-client-scopes/{self._scope_id(name)}")

    def remove_client(self, client_id: str) -> None:
        """Remove a client; one that is not there is no error."""
        found = self.client(client_id)
        if found is not None:
            self.call("DELETE", f"/clients/{found['id']}", optional=True)

    def client_secret(self, client_id: str) -> Secret:
        """Return the secret that a confidential client authenticates by."""
        found: JsonObject = self.call("GET", f"/clients/{self._client(client_id)['id']}/client-secret")
        return Secret(f"client-secret-{client_id}", str(found.get("value", "")))

    def _client(self, client_id: str) -> JsonObject:
        found = self.client(client_id)
        if found is None:
            raise OSError(f"Keycloak: the realm {self.realm_name} has no client '{client_id}'")
        return found
