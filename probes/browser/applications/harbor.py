"""Harbor's portal in OIDC mode. Source: src/portal (sign-in.component.html), API v2.0 (swagger.yaml, users/current).

Written from there: no registry carries Harbor, so the lab has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.browser.applications.site import (
    FORBIDDEN,
    OK,
    UNAUTHORIZED,
    Held,
    Site,
    allowed,
    ask,
    cookies_for,
    halted,
    holding,
)
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import place

if TYPE_CHECKING:
    from playwright.sync_api import Page

_BUTTON = "#log_oidc"
_API = "/api/v2.0"
_ME = f"{_API}/users/current"


def begin(page: Page, site: Site) -> Page | Stuck:
    """See `Application.begin`. The portal leads strangers to its sign-in; with `primary_auth_mode` to the provider."""
    stuck = site.front(page)
    if stuck:
        return stuck
    if site.shows(page):
        page.locator(_BUTTON).wait_for()
        with page.expect_navigation(wait_until="domcontentloaded"):
            page.locator(_BUTTON).click(no_wait_after=True)
    return page


def landed(page: Page, site: Site) -> Greeted | Refused | Stuck:
    """See `Application.landed`. What Harbor refuses at its callback it tells as JSON."""
    if not site.shows(page):
        return Stuck(place(page.url), page.title(), "Harbor was not reached")
    status, me = ask(page, _ME)
    if status == OK and isinstance(me, dict):
        return Greeted(str(me.get("username", "")), str(me.get("email", "")))
    if "/c/oidc/callback" in page.url:
        return Refused("Harbor", page.locator("body").inner_text())
    return Stuck(place(page.url), page.title(), f"Harbor does not know who it is (HTTP {status})")


def is_administrator(page: Page, site: Site) -> bool | Stuck:
    """See `Application.is_administrator`: the system's configuration.

    The session must say the same of itself. Harbor's list of users does not: a group's right is the session's alone.
    """
    del site
    status, me = ask(page, _ME)
    flags = me if status == OK and isinstance(me, dict) else {}
    called = bool(flags.get("sysadmin_flag") or flags.get("admin_role_in_auth"))
    may = allowed(page, "the system's configuration", ask(page, f"{_API}/configurations")[0], FORBIDDEN)
    if isinstance(may, Stuck) or may == called:
        return may
    return halted(page, f"allowed to configure the system: {may}; called an administrator: {called}")


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`. Newer releases may go on to the provider ("OIDC Session Logout")."""
    page.goto(f"{site.url}/c/log_out", wait_until="domcontentloaded")


def held(page: Page, site: Site) -> Held:
    """See `Application.held`."""
    return cookies_for(page, site)


def signed_in(page: Page, site: Site) -> bool | Stuck:
    """See `Application.signed_in`."""
    # A page from which nobody is sent on.
    page.goto(f"{site.url}{_API}/systeminfo", wait_until="domcontentloaded")
    return allowed(page, "the person that Harbor sees", ask(page, _ME)[0], UNAUTHORIZED)


def accepts(page: Page, site: Site, held: Held) -> bool | Stuck:
    """See `Application.accepts`."""
    with holding(page, held):
        return signed_in(page, site)
