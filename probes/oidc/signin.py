"""What may come of signing in at a provider, and what each kind of provider can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from probes.oidc.walk import Page, bare

if TYPE_CHECKING:
    from probes.oidc.walk import Walker
    from probes.outcomes import NetworkFailure

CREDENTIALS, DISABLED, FORBIDDEN, REDIRECT_URI = "credentials", "disabled", "forbidden", "redirect_uri"
"""What a provider may refuse somebody for."""


@dataclass(frozen=True, slots=True)
class LoginPage:
    """The provider asks who one is."""

    page: Page

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"the sign-in page of {self.page.host}"


@dataclass(frozen=True, slots=True)
class Callback:
    """The provider sends the person back (RFC 6749 4.1.2). Code and state are not shown.

    redirect_uri: where to. error: its code (4.1.2.1); "" when it went well.
    """

    url: str = field(repr=False)

    @property
    def redirect_uri(self) -> str:
        """Where to, without what was added."""
        return bare(self.url)

    @property
    def code(self) -> str:
        """The authorization code; "" if there is none."""
        return self._one("code")

    @property
    def state(self) -> str:
        """What the relying party had sent along."""
        return self._one("state")

    @property
    def error(self) -> str:
        """Why there is no code."""
        return self._one("error")

    def with_query(self, **changed: str) -> str:
        """Return the URL with some of its parameters changed."""
        parts = urlsplit(self.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))

    def _one(self, name: str) -> str:
        return parse_qs(urlsplit(self.url).query).get(name, [""])[0]

    def __str__(self) -> str:
        """Read as a phrase."""
        what = f"the error {self.error} {self._one('error_description')}" if self.error else "a code"
        return f"back to {self.redirect_uri} with {what}"


@dataclass(frozen=True, slots=True)
class Denied:
    """The provider refuses, and does not send the person back.

    why: `CREDENTIALS`, `DISABLED`, `FORBIDDEN`, `REDIRECT_URI`; "" if it is none of them. message: in its own words.
    """

    why: str
    status: int = field(compare=False)
    message: str = field(compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"the provider refuses with HTTP {self.status}: {self.message or 'without a word'}"


class Pages(Protocol):
    """What each module for a kind of provider can be asked."""

    def asks(self, walker: Walker, page: Page) -> bool | NetworkFailure:
        """Tell whether this page asks who one is."""
        ...

    def submit(
        self, walker: Walker, page: Page, username: str, password: str
    ) -> Page | Denied | NetworkFailure:
        """Answer it; the page that comes, which may lead away."""
        ...

    def refusal(self, page: Page) -> Denied:
        """Read a page that is neither."""
        ...
