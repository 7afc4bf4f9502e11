"""Grafana's pages with generic OAuth. Source: its documentation (Generic OAuth, HTTP API: User, Organization).

Written from there: no registry carries Grafana, so the lab has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.browser.applications.site import (
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

_COMPLAINTS = "[data-testid='data-testid Alert error'], [role=alert]"
_ADMINISTRATOR, _ANYBODY = "Admin", "Viewer"


def begin(page: Page, site: Site) -> Page | Stuck:
    """See `Application.begin`. Strangers are led to the login; with `auto_login` Grafana goes to the provider."""
    stuck = site.front(page)
    if stuck:
        return stuck
    if site.shows(page):
        link = page.locator(f"a[href*='{site.login_path.lstrip('/')}']")
        link.first.wait_for()
        with page.expect_navigation(wait_until="domcontentloaded"):
            link.first.click(no_wait_after=True)
    return page


def landed(page: Page, site: Site) -> Greeted | Refused | Stuck:
    """See `Application.landed`."""
    if not site.shows(page):
        return Stuck(place(page.url), page.title(), "Grafana was not reached")
    status, me = ask(page, "/api/user")
    if status == OK and isinstance(me, dict):
        return Greeted(str(me.get("login", "")), str(me.get("email", "")))
    said = " ".join(" ".join(page.locator(_COMPLAINTS).all_inner_texts()).split())
    stuck = Stuck(place(page.url), page.title(), f"Grafana does not know who it is (HTTP {status})")
    return Refused("Grafana", said) if said else stuck


def is_administrator(page: Page, site: Site) -> bool | Stuck:
    """See `Application.is_administrator`: the role Admin in the person's organization; all others are viewers."""
    del site
    status, organizations = ask(page, "/api/user/orgs")
    listed = organizations if status == OK and isinstance(organizations, list) else []
    roles = {str(one.get("role")) for one in listed}
    if roles and roles <= {_ADMINISTRATOR, _ANYBODY}:
        return _ADMINISTRATOR in roles
    return halted(page, f"the person's organizations: HTTP {status}, roles {sorted(roles)}")


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`. With `signout_redirect_url` Grafana goes on to the provider."""
    page.goto(f"{site.url}/logout", wait_until="domcontentloaded")


def held(page: Page, site: Site) -> Held:
    """See `Application.held`."""
    return cookies_for(page, site)


def signed_in(page: Page, site: Site) -> bool | Stuck:
    """See `Application.signed_in`."""
    # A page from which nobody is sent on.
    page.goto(f"{site.url}/api/health", wait_until="domcontentloaded")
    return allowed(page, "the person that Grafana sees", ask(page, "/api/user")[0], UNAUTHORIZED)


def accepts(page: Page, site: Site, held: Held) -> bool | Stuck:
    """See `Application.accepts`."""
    with holding(page, held):
        return signed_in(page, site)
