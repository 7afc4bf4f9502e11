"""Harbor's portal in OIDC mode. Source: src/portal (sign-in.component.html), API v2.0 (swagger.yaml, users/current).

Written from there: no registry carries Harbor, so the lab has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.browser.applications.site import OK, Site, ask
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import place

if TYPE_CHECKING:
    from playwright.sync_api import Page

_BUTTON = "#log_oidc"
_ME = "/api/v2.0/users/current"


def begin(page: Page, site: Site) -> Page:
    """See `Application.begin`. With `primary_auth_mode` the portal goes to the provider by itself."""
    page.goto(f"{site.url}/account/sign-in", wait_until="domcontentloaded")
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


def is_administrator(page: Page, site: Site) -> bool:
    """See `Application.is_administrator`: the system's configuration."""
    del site
    return ask(page, "/api/v2.0/configurations")[0] == OK


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`. Newer releases may go on to the provider ("OIDC Session Logout")."""
    page.goto(f"{site.url}/c/log_out", wait_until="domcontentloaded")


def signed_in(page: Page, site: Site) -> bool:
    """See `Application.signed_in`."""
    if not site.shows(page):
        page.goto(f"{site.url}/account/sign-in", wait_until="domcontentloaded")
    return ask(page, _ME)[0] == OK
