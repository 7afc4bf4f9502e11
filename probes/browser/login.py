"""The whole way of a person: from an application to the provider and back, and out again. Each ends as a value."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.browser.outcomes import Landed, Refused, SignedIn, Stuck
from probes.browser.session import BrowserError, BrowserTimedOut, Visitor, place
from probes.outcomes import NetworkFailure

if TYPE_CHECKING:
    from probes.browser.applications import Application
    from probes.browser.applications.site import Site
    from probes.browser.providers import Provider

Outcome = Landed | Refused | Stuck | NetworkFailure


@dataclass(frozen=True, slots=True)
class SignedOut:
    """How somebody is signed out.

    known: the application still takes them for who they were; asked: the provider wants the password again.
    """

    known: bool
    asked: bool

    def __str__(self) -> str:
        """Read as a phrase."""
        application = (
            "the application still knows them" if self.known else "the application has forgotten them"
        )
        provider = "asks for the password" if self.asked else "lets them in without a password"
        return f"{application}, the identity provider {provider}"


def sign_in(
    visitor: Visitor, application: Application, provider: Provider, site: Site, username: str, password: str
) -> Outcome:
    """Sign in to an application as this person; about `SECONDS` for each page at most.

    Raises CannotObserve as `Vantage.dial`.
    """
    began = time.monotonic()
    try:
        window = application.begin(visitor.page, site)
        let_in = provider.sign_in(window, username, password)
        if not isinstance(let_in, SignedIn):
            return let_in
        who = application.landed(visitor.page, site)
        if isinstance(who, Refused | Stuck):
            return who
        seconds = time.monotonic() - began
        administrator = application.is_administrator(visitor.page, site)
    except BrowserError as error:
        return _broken(visitor, error)
    foreign = visitor.look()
    if isinstance(foreign, NetworkFailure):
        return foreign
    return Landed(who.username, who.email, administrator, let_in.asked, seconds)


def sign_out(
    visitor: Visitor, application: Application, provider: Provider, site: Site, issuer: str, client_id: str
) -> SignedOut | Stuck | NetworkFailure:
    """Sign out of an application and of the provider, then see whether either still knows the person."""
    try:
        application.sign_out(visitor.page, site)
        if not provider.confirm_sign_out(visitor.page):
            visitor.page.goto(
                provider.sign_out_at(issuer, client_id, f"{site.url}/"), wait_until="domcontentloaded"
            )
            provider.confirm_sign_out(visitor.page)
        known = application.signed_in(visitor.page, site)
        window = application.begin(visitor.page, site)
        asked = provider.asks(window)
        if window is not visitor.page:
            window.close()
    except BrowserError as error:
        return _broken(visitor, error)
    return SignedOut(known, asked)


def _broken(visitor: Visitor, error: BrowserError) -> Stuck | NetworkFailure:
    if isinstance(error, BrowserTimedOut):
        because = error.message.splitlines()[0]
        shown = [one for one in visitor.context.pages if not one.is_closed()]
        last = shown[-1] if shown else visitor.page
        return Stuck(place(last.url), last.title() if shown else "", because)
    return visitor.failure(error)
