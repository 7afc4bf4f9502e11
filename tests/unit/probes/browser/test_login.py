"""The way of a person: whom a password is told, and when somebody is signed out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

from probes.browser import login
from probes.browser.applications.site import Held, Site
from probes.browser.login import SignedOut
from probes.browser.outcomes import Greeted, Landed, SignedIn, Stuck
from probes.browser.session import Browser, Visitor
from probes.outcomes import Untrusted
from tests.unit.probes.browser.places import World, site
from tests.unit.probes.servers import Authority

SITE = Site("https://git.example/login")
STUCK = Stuck("https://git.example/", "Bad gateway")


@dataclass
class Application:
    """An application that says what it is told to say. known, good: before the sign-out both are true."""

    leads_to: str = "https://auth.example/realms/platform"
    front: Stuck | None = None
    administrator: bool | Stuck = False
    known: bool | Stuck = False
    good: bool | Stuck = False
    out: bool = False

    def begin(self, page: Page, site: Site) -> Page | Stuck:
        del site
        page.goto(self.leads_to)
        return self.front or page

    def landed(self, page: Page, site: Site) -> Greeted:
        page.goto(f"{site.url}/")
        return Greeted("ada")

    def is_administrator(self, page: Page, site: Site) -> bool | Stuck:
        del page, site
        return self.administrator

    def sign_out(self, page: Page, site: Site) -> None:
        del page, site
        self.out = True

    def held(self, page: Page, site: Site) -> Held:
        del page, site
        return Held(token="of the session")

    def signed_in(self, page: Page, site: Site) -> bool | Stuck:
        del page, site
        return self.known if self.out else True

    def accepts(self, page: Page, site: Site, held: Held) -> bool | Stuck:
        del page, site
        assert held.token == "of the session"
        return self.good


@dataclass
class Provider:
    """A provider that takes every password; told: to whom it was told."""

    told: list[str] = field(default_factory=list)

    def sign_in(self, page: Page, username: str, password: str) -> SignedIn:
        del username, password
        self.told.append(page.url)
        return SignedIn(asked=True)

    def asks(self, page: Page) -> bool:
        return "auth.example" in page.url

    def confirm_sign_out(self, page: Page) -> bool:
        del page
        return True

    def sign_out_at(self, issuer: str, client_id: str, back: str) -> str:
        raise NotImplementedError


@contextmanager
def world(browser: Browser, authority: Authority) -> Iterator[Visitor]:
    context = authority.server("git.example", "auth.example")
    with (
        site(lambda *_: (200, {}, "<title>here</title>"), context) as secure,
        browser.visitor(World({"git.example": secure, "auth.example": secure})) as visitor,
    ):
        yield visitor


def test_the_password_is_told_to_a_provider_of_the_trusted_authority(
    browser: Browser, authority: Authority
) -> None:
    provider = Provider()
    with world(browser, authority) as visitor:
        landed = login.sign_in(visitor, Application(), provider, SITE, "ada", "right")
    assert landed == Landed("ada", "", administrator=False, asked=True)
    assert provider.told == ["https://auth.example/realms/platform"]


def test_it_is_told_to_nobody_of_another_authority(
    browser: Browser, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if Chromium had been made with that authority in it, while the inventory names another one.
    monkeypatch.setattr(browser, "roots", Authority.made(tmp_path, "another").file)
    provider = Provider()
    with world(browser, authority) as visitor:
        outcome = login.sign_in(visitor, Application(), provider, SITE, "ada", "right")
    assert isinstance(outcome, Untrusted)
    assert provider.told == []


def test_and_to_nobody_without_a_certificate(browser: Browser) -> None:
    provider = Provider()
    with (
        site(lambda *_: (200, {}, "")) as open_to_all,
        browser.visitor(World({"auth.example": open_to_all})) as visitor,
    ):
        application = Application(leads_to="http://auth.example/realms/platform?state=1")
        outcome = login.sign_in(visitor, application, provider, SITE, "ada", "right")
    assert outcome == Untrusted("http://auth.example/realms/platform has none")
    assert provider.told == []


@pytest.mark.parametrize("application", [Application(front=STUCK), Application(administrator=STUCK)])
def test_where_it_went_no_further_nobody_has_landed(
    browser: Browser, authority: Authority, application: Application
) -> None:
    provider = Provider()
    with world(browser, authority) as visitor:
        assert login.sign_in(visitor, application, provider, SITE, "ada", "right") == STUCK
    assert provider.told == ([] if application.front else [application.leads_to])


@pytest.mark.parametrize(
    ("application", "left"),
    [
        (Application(), SignedOut(known=False, good=False, asked=True)),
        (Application(good=True), SignedOut(known=False, good=True, asked=True)),
        (Application(known=True, good=True), SignedOut(known=True, good=True, asked=False)),
        (Application(leads_to="https://git.example/"), SignedOut(known=False, good=False, asked=False)),
        (Application(known=STUCK), STUCK),
        (Application(good=STUCK), STUCK),
        (Application(front=STUCK), STUCK),
        (Application(out=True), Stuck("about:blank", "")),
    ],
)
def test_signed_out_is_whose_session_is_refused(
    browser: Browser, authority: Authority, application: Application, left: SignedOut | Stuck
) -> None:
    with world(browser, authority) as visitor:
        assert login.sign_out(visitor, application, Provider(), SITE, "https://auth.example", "git") == left
