"""One realm of a Keycloak, through its administration's HTTP API.

Source: Keycloak 26, Admin REST API; the token is had by the password grant of the client `admin-cli` in `master`.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from probes import http
from probes.jsonobjects import parsed
from probes.outcomes import CannotObserve, NetworkFailure
from provisioning.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from probes.http import Response
    from probes.vantage import Vantage

SECONDS = 15.0
"""So long one request may take: the first ones after a start are slow."""
_FRESH = 30.0
"""Seconds that a token is used for; Keycloak lets it live for a minute."""
_OK = range(200, 300)
_NOT_FOUND = 404


class KeycloakApi:
    """The administration of one realm. Everything raises OSError, with Keycloak's own words, never with a secret."""

    def __init__(
        self,
        vantage: Vantage,
        base: str,
        realm: str,
        administrator: str,
        secret: Secret,
        roots: Path | None,
    ) -> None:
        """Remember who asks whom; nothing is asked yet.

        Args:
            vantage: where from.
            base: address of the server without a path: "https://auth.example.org".
            realm: the realm whose people, groups and clients are meant.
            administrator: account of the realm `master`.
            secret: its password.
            roots: PEM file of the authorities to trust; None: those of the looking machine.

        """
        self.realm_name = realm
        self._vantage, self._base, self._roots = vantage, base, roots
        self._administrator, self._secret = administrator, secret
        self._token: Secret | None = None
        self._since = 0.0

    def call(
        self, method: str, path: str, body: object = None, *, optional: bool = False, **query: str
    ) -> Any:
        """Ask the realm and return the JSON, None where there is none. Raises OSError.

        path: begins with "/"; the realm itself is "".
        optional: what does not exist is None and no error.
        """
        realm = quote(self.realm_name, safe="")
        return self.ask(method, f"/admin/realms/{realm}{path}", body, optional=optional, **query)

    def ask(
        self, method: str, path: str, body: object = None, *, optional: bool = False, **query: str
    ) -> Any:
        """Ask by the whole path, as `call` does."""
        headers = {"Authorization": f"Bearer {self._bearer().reveal()}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        encoded = None if body is None else json.dumps(body).encode()
        where = f"{path}?{urlencode(query)}" if query else path
        reply = self._send(method, where, headers, encoded)
        if reply.status == _NOT_FOUND and optional:
            return None
        if reply.status not in _OK:
            raise OSError(f"Keycloak: {method} {path}: {_words(reply)}")
        return reply.json() if reply.body else None

    def _bearer(self) -> Secret:
        if self._token is None or time.monotonic() - self._since > _FRESH:
            form = {
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": self._administrator,
                "password": self._secret.reveal(),
            }
            path = "/realms/master/protocol/openid-connect/token"
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            reply = self._send("POST", path, headers, urlencode(form).encode())
            token = (parsed(reply.body) or {}).get("access_token")
            if reply.status not in _OK or not token:
                raise OSError(f"Keycloak does not let '{self._administrator}' in: {_words(reply)}")
            self._token, self._since = Secret("keycloak-token", str(token)), time.monotonic()
        return self._token

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Response:
        verify = True if self._roots is None else self._roots
        try:
            reply = http.request(
                self._vantage,
                method,
                self._base + path,
                verify=verify,
                headers=headers,
                body=body,
                timeout=SECONDS,
            )
        except CannotObserve as error:
            raise ConnectionError(str(error)) from None
        if isinstance(reply, NetworkFailure):
            raise ConnectionError(f"{self._base} from {self._vantage.name}: {reply}")
        return reply


def _words(reply: Response) -> str:
    """What Keycloak says is wrong: a status, and its own words where it has any. Nothing of a good answer."""
    found = parsed(reply.body) or {}
    said = [str(found[key]) for key in ("error", "error_description", "errorMessage") if found.get(key)]
    return f"HTTP {reply.status}" + (f" ({'; '.join(said)})" if said else "")
