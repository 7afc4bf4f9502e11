"""The whole way of a person: from an application to the provider and back, and out again. Each ends as a value."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from probes.browser.applications.site import halted
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

    known: the application still takes their window for theirs; good: it still takes what the window was known by
    before; asked: the provider wants the password again.
    """

    known: bool
    good: bool
    asked: bool

    def __str__(self) -> str:
        """Read as a phrase."""
        window = "the application still knows them" if self.known else "the application has forgotten them"
        before = "still takes" if self.good else "refuses"
        provider = "asks for the password" if self.asked else "lets them in without a password"
        return f"{window} and {before} what they were known by, the identity provider {provider}"


def sign_in(
    visitor: Visitor, application: Application, provider: Provider, site: Site, username: str, password: str
) -> Outcome:
    """Sign in to an application as this person; about `SECONDS` for each page at most.

    Raises CannotObserve as `Vantage.dial`.
    """
    began = time.monotonic()
    try:
        let_in = _let_in(visitor, application, provider, site, username, password)
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
    if isinstance(foreign, NetworkFailure) or isinstance(administrator, Stuck):
        return foreign if isinstance(foreign, NetworkFailure) else cast("Stuck", administrator)
    return Landed(who.username, who.email, administrator, let_in.asked, seconds)


def _let_in(
    visitor: Visitor, application: Application, provider: Provider, site: Site, username: str, password: str
) -> SignedIn | Refused | Stuck | NetworkFailure:
    """Go to the provider and give it the password, unless somebody stands there who must not have it."""
    window = application.begin(visitor.page, site)
    if isinstance(window, Stuck):
        return window
    return visitor.distrusts(window.url) or provider.sign_in(window, username, password)


def sign_out(
    visitor: Visitor, application: Application, provider: Provider, site: Site, issuer: str, client_id: str
) -> SignedOut | Stuck | NetworkFailure:
    """Sign out of an application and of the provider, then see whether either still knows the person.

    What the window is known by is kept, and presented when all is over: that a window forgot it ends no session.
    """
    try:
        before = application.signed_in(visitor.page, site)
        held = application.held(visitor.page, site)
        if isinstance(before, Stuck) or not (before and held):
            nobody = halted(visitor.page, "nobody is signed in who could sign out")
            return before if isinstance(before, Stuck) else nobody
        application.sign_out(visitor.page, site)
        if not provider.confirm_sign_out(visitor.page):
            visitor.page.goto(
                provider.sign_out_at(issuer, client_id, f"{site.url}/"), wait_until="domcontentloaded"
            )
            provider.confirm_sign_out(visitor.page)
        known = application.signed_in(visitor.page, site)
        good = application.accepts(visitor.page, site, held)
        asked = known is not True and _asked(visitor, application, provider, site)
    except BrowserError as error:
        return _broken(visitor, error)
    if isinstance(known, Stuck) or isinstance(good, Stuck) or isinstance(asked, Stuck):
        return next(each for each in (known, good, asked) if isinstance(each, Stuck))
    return SignedOut(known, good, asked)


def _asked(visitor: Visitor, application: Application, provider: Provider, site: Site) -> bool | Stuck:
    """Try to come back; tell whether the provider wants to know who it is."""
    window = application.begin(visitor.page, site)
    if isinstance(window, Stuck):
        return window
    asked = provider.asks(window)
    if window is not visitor.page:
        window.close()
    return asked


def _broken(visitor: Visitor, error: BrowserError) -> Stuck | NetworkFailure:
    if isinstance(error, BrowserTimedOut):
        because = error.message.splitlines()[0]
        shown = [one for one in visitor.context.pages if not one.is_closed()]
        last = shown[-1] if shown else visitor.page
        return Stuck(place(last.url), last.title() if shown else "", because)
    return visitor.failure(error)
