"""The token endpoint (RFC 6749 4.1.3) and the userinfo endpoint, as a relying party's server uses them."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote_plus, urlencode

from probes import http
from probes.http import Response
from probes.jsonobjects import JsonObject, parsed
from probes.outcomes import NetworkFailure
from probes.shown import shown

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

_OK = 200


class Revealed(Protocol):
    """A secret that is shown to nobody but whom it is for."""

    def reveal(self) -> str:
        """Return its value."""
        ...


@dataclass(frozen=True, slots=True)
class Client:
    """A relying party's server. secret: None for one that has none."""

    client_id: str
    secret: Revealed | None
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Verifier:
    """A secret of one authorization request (RFC 7636 4.1); only what it is hashed to is told beforehand."""

    value: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """Its S256 challenge (4.2)."""
        return urlsafe_b64encode(hashlib.sha256(self.value.encode()).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a code was exchanged for; not shown, but for whether it is there."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_in: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        there = [
            name
            for name, value in (("an ID token", self.id_token), ("an access token", self.access_token))
            if value
        ]
        return f"exchanged for {' and '.join(there) or 'nothing'}, good for {self.expires_in} s"


@dataclass(frozen=True, slots=True)
class RefusedExchange:
    """What the token endpoint said instead (RFC 6749 5.2). error: its code, "invalid_grant" ...; "" if none."""

    status: int
    error: str
    description: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"refused with HTTP {self.status} {self.error or 'without an error code'}: {self.description}"


def new_verifier() -> Verifier:
    """Return a verifier that nobody can guess: 43 characters, of 256 random bits."""
    return Verifier(secrets.token_urlsafe(32))


def exchange(
    vantage: Vantage,
    token_endpoint: str,
    client: Client,
    code: str,
    roots: Path | None,
    *,
    verifier: Verifier | None = None,
    timeout: float = 10.0,
) -> Tokens | RefusedExchange | NetworkFailure:
    """Exchange a code, with the secret in a header as every provider must allow (RFC 6749 2.3.1)."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri}
    if verifier is not None:
        form["code_verifier"] = verifier.value
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if client.secret is None:
        form["client_id"] = client.client_id
    else:
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret.reveal())}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    answer = http.request(
        vantage,
        "POST",
        token_endpoint,
        verify=roots or True,
        headers=headers,
        body=urlencode(form).encode(),
        timeout=timeout,
    )
    if isinstance(answer, NetworkFailure):
        return answer
    found = parsed(answer.body)
    if answer.status != _OK or found is None:
        return refused(answer.status, found, answer.text)
    expires = str(found.get("expires_in") or 0)
    return Tokens(
        str(found.get("id_token") or ""),
        str(found.get("access_token") or ""),
        int(expires) if expires.isdecimal() else 0,
    )


def refused(status: int, found: JsonObject | None, text: str = "") -> RefusedExchange:
    """Read a refusal."""
    found = found or {}
    description = found.get("error_description") or (text if "error" not in found else "")
    return RefusedExchange(status, str(found.get("error") or ""), shown(str(description), 200))


def userinfo(
    vantage: Vantage, endpoint: str, access_token: str, roots: Path | None, *, timeout: float = 10.0
) -> JsonObject | Response | NetworkFailure:
    """Ask whose token it is (OpenID Connect Core 5.3); an answer that is no JSON object is returned as it is."""
    headers = {"Authorization": f"Bearer {access_token}"}
    answer = http.get(vantage, endpoint, verify=roots or True, headers=headers, timeout=timeout)
    if isinstance(answer, NetworkFailure):
        return answer
    found = parsed(answer.body) if answer.status == _OK else None
    return answer if found is None else found
