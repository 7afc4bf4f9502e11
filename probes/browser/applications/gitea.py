"""Gitea's pages, as the server makes them: nothing here needs its scripts or its styles.

Source: templates/user/auth/external_auth_methods.tmpl, user/settings/profile.tmpl, base/alert.tmpl.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from probes.browser.applications.site import (
    FORBIDDEN,
    OK,
    Held,
    Site,
    allowed,
    cookies_for,
    follow,
    halted,
    holding,
)
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import place

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

_COMPLAINTS = ".flash-error, .flash-message.flash-error, .ui.negative.message"
_NAME = "input#username"
_ADMINISTRATION = "/-/admin"
_LOGIN = "/user/login"
_SETTINGS = "/user/settings"
_SENT_ON = frozenset({302, 303, 307})


def begin(page: Page, site: Site) -> Page | Stuck:
    """See `Application.begin`: by "Sign In" on the front page, which may be the page of the sign-in itself.

    Where there is only one way to sign in, Gitea itself goes on to the provider.
    """
    stuck = site.front(page)
    if not stuck and site.shows(page) and urlsplit(page.url).path != _LOGIN:
        stuck = follow(page, f"a[href*='{_LOGIN}']", "to the sign-in")
    if not stuck and site.shows(page):
        stuck = follow(page, f"a[href*='{site.login_path}']", "to the identity provider")
    return stuck or page


def landed(page: Page, site: Site) -> Greeted | Refused | Stuck:
    """See `Application.landed`."""
    said = [text.strip() for text in page.locator(_COMPLAINTS).all_inner_texts() if text.strip()]
    came = Stuck(place(page.url), page.title(), "Gitea does not know who it is")
    if not site.shows(page):
        return came
    page.goto(f"{site.url}/user/settings", wait_until="domcontentloaded")
    if page.locator(_NAME).count():
        return Greeted(page.locator(_NAME).first.input_value())
    return Refused("Gitea", " ".join(said)) if said else came


def is_administrator(page: Page, site: Site) -> bool | Stuck:
    """See `Application.is_administrator`: the administration's first page (services/context: AdminRequired)."""
    answer = page.goto(f"{site.url}{_ADMINISTRATION}", wait_until="domcontentloaded")
    status, location = _first(answer)
    if location:
        return halted(page, f"the administration sends them on to {place(location)}")
    return allowed(page, "the administration's first page", status, FORBIDDEN)


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`. Newer releases go on to the provider (RP-Initiated Logout)."""
    page.goto(f"{site.url}/user/logout", wait_until="domcontentloaded")


def held(page: Page, site: Site) -> Held:
    """See `Application.held`."""
    return cookies_for(page, site)


def signed_in(page: Page, site: Site) -> bool | Stuck:
    """See `Application.signed_in`. Whoever is nobody is sent from the own settings to the sign-in."""
    status, location = _first(page.goto(f"{site.url}{_SETTINGS}", wait_until="domcontentloaded"))
    if status in _SENT_ON and urlsplit(location).path == _LOGIN:
        return False
    if status == OK and page.locator(_NAME).count():
        return True
    return halted(page, f"the own settings: HTTP {status}, neither they nor the way to the sign-in")


def accepts(page: Page, site: Site, held: Held) -> bool | Stuck:
    """See `Application.accepts`."""
    with holding(page, held):
        return signed_in(page, site)


def _first(answer: Response | None) -> tuple[int, str]:
    """Return status and location of the first answer, before anybody was sent on."""
    request = answer.request if answer else None
    while request and request.redirected_from:
        request = request.redirected_from
    first = request.response() if request else None
    return (first.status, first.headers.get("location", "")) if first else (0, "")
