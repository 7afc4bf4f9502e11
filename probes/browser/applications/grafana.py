"""Grafana's pages with generic OAuth. Source: its documentation (Generic OAuth, HTTP API: User, Organization).

Written from there: no registry carries Grafana, so the lab has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.browser.applications.site import OK, Site, ask
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import place

if TYPE_CHECKING:
    from playwright.sync_api import Page

_COMPLAINTS = "[data-testid='data-testid Alert error'], [role=alert]"
_ADMINISTRATOR = "Admin"


def begin(page: Page, site: Site) -> Page:
    """See `Application.begin`. With `auto_login` Grafana goes to the provider by itself."""
    page.goto(f"{site.url}/login", wait_until="domcontentloaded")
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


def is_administrator(page: Page, site: Site) -> bool:
    """See `Application.is_administrator`: the role Admin in the person's organization."""
    del site
    _, organizations = ask(page, "/api/user/orgs")
    return isinstance(organizations, list) and any(one["role"] == _ADMINISTRATOR for one in organizations)


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`. With `signout_redirect_url` Grafana goes on to the provider."""
    page.goto(f"{site.url}/logout", wait_until="domcontentloaded")


def signed_in(page: Page, site: Site) -> bool:
    """See `Application.signed_in`."""
    if not site.shows(page):
        page.goto(f"{site.url}/login", wait_until="domcontentloaded")
    return ask(page, "/api/user")[0] == OK
