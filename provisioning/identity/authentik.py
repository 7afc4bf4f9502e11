"""Authentik's administration: people as `Administration` has them.

Source: authentik's HTTP API (`/api/v3/`, OpenAPI document schema.yml), with the API token of an administrator
(Authorization: Bearer). Not tried on a running authentik: the lab has none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from probes import http
from probes.outcomes import CannotObserve, NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from probes.http import Response
    from probes.jsonobjects import JsonObject
    from probes.vantage import Vantage
    from provisioning.identity.administration import Person
    from provisioning.secret import Secret

SECONDS = 15.0
_PAGE = 100
_OK = range(200, 300)
_NOT_FOUND = 404
_SAID = 300


class Authentik:
    """People at an authentik. All methods raise OSError, with its own words and never with a secret."""

    def __init__(self, vantage: Vantage, base: str, token: Secret, roots: Path | None) -> None:
        """Remember who asks whom. base: "https://auth.example.org"; roots: PEM, None for the machine's."""
        self._vantage, self._base, self._token, self._roots = vantage, base, token, roots

    def create_person(self, person: Person, groups: Iterable[str], *, enabled: bool = True) -> None:
        """See `Administration`. Authentik has one name for a person, not two."""
        body = {
            "username": person.username,
            "name": f"{person.given_name} {person.family_name}",
            "email": person.email,
            "is_active": enabled,
            "path": "users",
            "groups": [self._group(group) for group in groups],
        }
        made = cast("JsonObject", self._call("POST", "/core/users/", body))
        self._call("POST", f"/core/users/{made['pk']}/set_password/", {"password": person.password.reveal()})

    def remove_person(self, username: str) -> None:
        """See `Administration`."""
        found = self._find(username)
        if found is not None:
            self._call("DELETE", f"/core/users/{found['pk']}/", optional=True)

    def people(self, prefix: str) -> tuple[str, ...]:
        """See `Administration`."""
        names = (str(each["username"]) for each in self._all("/core/users/", search=prefix))
        return tuple(sorted(name for name in names if name.startswith(prefix)))

    def groups_of(self, username: str) -> frozenset[str]:
        """See `Administration`."""
        return frozenset(str(each["name"]) for each in self._known(username).get("groups_obj") or ())

    def join(self, username: str, group: str) -> None:
        """See `Administration`."""
        self._call(
            "POST", f"/core/groups/{self._group(group)}/add_user/", {"pk": self._known(username)["pk"]}
        )

    def leave(self, username: str, group: str) -> None:
        """See `Administration`."""
        self._call(
            "POST", f"/core/groups/{self._group(group)}/remove_user/", {"pk": self._known(username)["pk"]}
        )

    def enable(self, username: str, enabled: bool) -> None:  # noqa: FBT001 - as `Administration` has it
        """See `Administration`."""
        self._call("PATCH", f"/core/users/{self._known(username)['pk']}/", {"is_active": enabled})

    def end_sessions(self, username: str) -> None:
        """See `Administration`."""
        for each in list(self._all("/core/authenticated_sessions/", user__username=username)):
            self._call("DELETE", f"/core/authenticated_sessions/{each['uuid']}/", optional=True)

    def _find(self, username: str) -> JsonObject | None:
        found = self._all("/core/users/", username=username)
        return next((each for each in found if each["username"] == username), None)

    def _known(self, username: str) -> JsonObject:
        found = self._find(username)
        if found is None:
            raise OSError(f"authentik: nobody is called '{username}'")
        return found

    def _group(self, name: str) -> str:
        found = next((each for each in self._all("/core/groups/", name=name) if each["name"] == name), None)
        if found is None:
            raise OSError(f"authentik: there is no group '{name}'")
        return str(found["pk"])

    def _all(self, path: str, **query: str) -> Iterator[JsonObject]:
        """Yield everything of a list, page by page; `pagination.next` is 0 on the last one."""
        page = 1
        while page:
            asked = urlencode({"page": page, "page_size": _PAGE, **query})
            found = self._call("GET", f"{path}?{asked}")
            yield from found["results"]
            page = int(found["pagination"]["next"])

    def _call(self, method: str, path: str, body: object = None, *, optional: bool = False) -> Any:
        reply = self._send(method, f"/api/v3{path}", None if body is None else json.dumps(body).encode())
        if reply.status == _NOT_FOUND and optional:
            return None
        if reply.status not in _OK:
            raise OSError(f"authentik: {method} {path}: HTTP {reply.status}: {reply.text[:_SAID]}")
        return reply.json() if reply.body else None

    def _send(self, method: str, path: str, body: bytes | None) -> Response:
        headers = {
            "Authorization": f"Bearer {self._token.reveal()}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        try:
            reply = http.request(
                self._vantage,
                method,
                self._base + path,
                verify=self._roots or True,
                headers=headers,
                body=body,
                timeout=SECONDS,
            )
        except CannotObserve as error:
            raise OSError(str(error)) from None
        if isinstance(reply, NetworkFailure):
            raise OSError(f"{self._base} from {self._vantage.name}: {reply}")
        return reply
