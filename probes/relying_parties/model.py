"""What relying parties show of themselves, and what each module here can be asked."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import parse_qs, urlsplit

from probes.jsonobjects import part
from probes.oidc.walk import Page, bare, host_of
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from probes.jsonobjects import JsonObject
    from probes.oidc.walk import Walker
    from probes.outcomes import NetworkFailure
    from probes.vantage import Vantage

OK, NOT_FOUND = 200, 404
UNAUTHORIZED = frozenset({401, 403})
STATE, CODE, AUDIENCE = "state", "code", "audience"
"""What a relying party may refuse whoever comes back for."""


class Revealed(Protocol):
    """A secret that is shown to nobody but whom it is for."""

    def reveal(self) -> str:
        """Return its value."""
        ...


class Party(Protocol):
    """A relying party as the inventory plans it."""

    @property
    def client_id(self) -> str:
        """What it is called at the provider."""
        ...

    @property
    def login_start(self) -> str:
        """What is asked to begin."""
        ...

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        ...

    @property
    def role(self) -> str | None:
        """What Vault wants to be told at the start."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask for accounts: an administrator with a password; with a token the name does not matter."""

    name: str
    secret: Revealed


@dataclass(frozen=True, slots=True)
class Start:
    """The authorization request that a login start leads to (OpenID Connect Core 3.1.2.1).

    location: all of it; not shown, for it holds the state. host: whom the visitor is sent to, with his password.
    challenge_method: of PKCE (RFC 7636 4.3); "" without.
    """

    location: str = field(repr=False, compare=False)
    host: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    response_type: str
    state: str = field(repr=False, compare=False)
    nonce: str = field(repr=False, compare=False)
    challenge_method: str = ""

    def __str__(self) -> str:
        """Read as a line; of state and nonce only whether they are there."""
        there = " and ".join(name for name, value in (("state", self.state), ("nonce", self.nonce)) if value)
        return (
            f"to {bare(self.location)}: client_id={self.client_id} redirect_uri={self.redirect_uri}"
            f" response_type={self.response_type} scope={' '.join(self.scopes)}, {there or 'no state'}"
            f"{f', PKCE {self.challenge_method}' if self.challenge_method else ''}"
        )


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a relying party. source: how it came to be there, in the party's own words."""

    username: str
    email: str
    administrator: bool
    source: str = ""

    def __str__(self) -> str:
        """Read as a phrase."""
        return (
            f"{self.username} <{self.email}>{', an administrator' if self.administrator else ''}"
            f"{f', by {self.source}' if self.source else ''}"
        )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The relying party knows the visitor. name: what it calls him."""

    name: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"signed in as {self.name}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The relying party does not let the visitor in.

    message: why, in its own words; session: who he is there now. why: `STATE`, `CODE`, `AUDIENCE`; "" if the message
    is none of those that the party has for just that: an exchange may also fail by the network, or the secret.
    """

    status: int
    message: str
    session: str = ""
    why: str = ""

    def __str__(self) -> str:
        """Read as a phrase."""
        who = f"he is {self.session} there" if self.session else "he is nobody there"
        return f"refused with HTTP {self.status}: {self.message or 'without a word'} ({who})"


class Application(Protocol):
    """What each module here can be asked. `host` is the application's own."""

    def begin(self, walker: Walker, party: Party) -> Start | Page | NetworkFailure:
        """Begin a login as this visitor; what it leads to, or the page that came instead."""
        ...

    def finish(self, walker: Walker, url: str) -> SignedIn | Refusal | NetworkFailure:
        """Come back from the provider, to this URL, and see who one is then."""
        ...

    def session(self, walker: Walker, host: str) -> str | NetworkFailure:
        """Return who this visitor is there by his cookies; "" if the application says that it does not know him.

        Raises CannotObserve if it says neither.
        """
        ...

    def account(
        self, vantage: Vantage, host: str, username: str, access: Access | None, roots: Path | None
    ) -> Account | None:
        """Return an account by its name there; None if there is none. Raises CannotObserve."""
        ...


def started(page: Page | NetworkFailure) -> Start | Page | NetworkFailure:
    """Return the authorization request that a page leads to; the page itself if it leads to none."""
    if isinstance(page, Page) and page.location and "client_id" in parse_qs(urlsplit(page.location).query):
        return start_of(page.location)
    return page


def start_of(location: str) -> Start:
    """Take an authorization request apart; what it lacks is ""."""
    query = parse_qs(urlsplit(location).query)

    def one(name: str) -> str:
        return query.get(name, [""])[0]

    return Start(
        location,
        host_of(location),
        one("client_id"),
        one("redirect_uri"),
        tuple(one("scope").split()),
        one("response_type"),
        one("state"),
        one("nonce"),
        one("code_challenge_method"),
    )


def unseen(what: str, vantage: Vantage, seen: object) -> CannotObserve:
    """Return the exception for an account that cannot be asked for."""
    return CannotObserve(what, vantage.name, str(seen))


def basic(access: Access) -> dict[str, str]:
    """Return the header by which somebody with a password asks an API (RFC 7617)."""
    both = f"{access.name}:{access.secret.reveal()}"
    return {"Authorization": f"Basic {b64encode(both.encode()).decode()}"}


def reason(message: str, words: Mapping[str, str]) -> str:
    """Return what a refusal is for, by what a party says then and only then, in lower case; "" if it is none."""
    return next((why for word, why in words.items() if word in message.lower()), "")


def known(page: Page | NetworkFailure, key: str, vantage: Vantage, *within: str) -> str | NetworkFailure:
    """Return whom an API names, by this key within others, to whoever asks who he is; "" if he may not ask.

    Raises CannotObserve at any other answer, as one from something in front of the API.
    """
    if not isinstance(page, Page):
        return page
    if page.json is not None and page.status in UNAUTHORIZED:
        return ""
    name = part(page.json or {}, *within).get(key)
    if page.status != OK or not name:
        raise unseen("who is signed in", vantage, page)
    return str(name)


def json_of(page: Page) -> object:
    """Return the JSON that a page is, whatever its kind; None if it is something else."""
    try:
        return json.loads(page.text)
    except ValueError:
        return None


def texts(item: JsonObject, key: str) -> list[str]:
    """Return a list of texts inside a JSON object; empty where it is missing or null."""
    return [str(each) for each in cast("list[object]", item.get(key) or [])]


def errors(document: JsonObject | None) -> str:
    """Return the messages of an answer in JSON: a list of "errors", or what stands for one."""
    document = document or {}
    listed = document.get("errors")
    if isinstance(listed, list):
        return "; ".join(_message(each) for each in cast("list[object]", listed))
    return " ".join(str(document[key]) for key in ("errcode", "error", "message") if document.get(key))


def _message(each: object) -> str:
    words = cast("JsonObject", each).values() if isinstance(each, dict) else [each]
    return " ".join(" ".join(str(word).split()) for word in words)
