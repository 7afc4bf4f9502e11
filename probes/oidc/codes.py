"""Authorization codes (RFC 6749 4.1.1, 4.1.2): asked for as a relying party, signed in for as a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from probes.oidc import authentik, keycloak
from probes.oidc.signin import CREDENTIALS, DISABLED, Callback, Denied, LoginPage, Pages
from probes.oidc.walk import host_of
from probes.outcomes import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from probes.oidc.tokens import Verifier
    from probes.oidc.walk import Walker

PROVIDERS: Mapping[str, Pages] = {"authentik": authentik, "keycloak": keycloak}
"""Whose pages can be answered, by the inventory's `identity.kind`."""


TOLD_AS: Mapping[tuple[str, str], str] = {("authentik", DISABLED): CREDENTIALS}
"""What a kind of provider tells a visitor instead of the reason, so that nobody learns who has an account."""


class Revealed(Protocol):
    """A secret that is shown to nobody but whom it is for."""

    def reveal(self) -> str:
        """Return its value."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """An authorization request of our own (OpenID Connect Core 3.1.2.1). State and nonce are random."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)


def request(
    authorization_endpoint: str,
    client_id: str,
    redirect_uri: str,
    scopes: Iterable[str] = ("openid",),
    *,
    verifier: Verifier | None = None,
) -> Request:
    """Make one, as this client would. With a verifier it has its S256 challenge (RFC 7636 4.3)."""
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    query = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(scopes),
        "state": state,
        "nonce": nonce,
    }
    if verifier is not None:
        query |= {"code_challenge": verifier.challenge, "code_challenge_method": "S256"}
    mark = "&" if urlsplit(authorization_endpoint).query else "?"
    return Request(f"{authorization_endpoint}{mark}{urlencode(query)}", state, nonce)


def altered(url: str, **changed: str) -> str:
    """Return a URL with some parameters of its query changed, and all others as they are."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), parts.fragment))


def arrive(walker: Walker, kind: str, url: str) -> LoginPage | Callback | Denied | NetworkFailure:
    """Go to an authorization request as a visitor; one who is signed in already is sent back at once."""
    page = walker.follow(walker.get(url), lambda location: host_of(location) != host_of(url))
    if isinstance(page, NetworkFailure):
        return page
    if page.location:
        return Callback(page.location)
    asked = PROVIDERS[kind].asks(walker, page)
    if isinstance(asked, NetworkFailure):
        return asked
    return LoginPage(page) if asked else PROVIDERS[kind].refusal(page)


def sign_in(
    walker: Walker, kind: str, url: str, username: str, password: Revealed
) -> Callback | Denied | NetworkFailure:
    """Go to an authorization request and sign in there; the callback is returned, and not followed.

    About 15 requests at most, each as long as the walker allows.
    """
    first = arrive(walker, kind, url)
    if not isinstance(first, LoginPage):
        return first
    page = PROVIDERS[kind].submit(walker, first.page, username, password.reveal())
    if isinstance(page, NetworkFailure | Denied):
        return page
    return Callback(page.location) if page.location else PROVIDERS[kind].refusal(page)
