"""Gitea's pages, as the server makes them: nothing here needs its scripts or its styles.

Source: templates/user/auth/external_auth_methods.tmpl, user/settings/profile.tmpl, base/alert.tmpl.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.browser.applications.site import OK, Site
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import place

if TYPE_CHECKING:
    from playwright.sync_api import Page

_COMPLAINTS = ".flash-error, .flash-message.flash-error, .ui.negative.message"
_NAME = "input#username"


def begin(page: Page, site: Site) -> Page:
    """See `Application.begin`. Where there is only one way to sign in, Gitea itself goes on to the provider."""
    page.goto(f"{site.url}/user/login", wait_until="domcontentloaded")
    link = page.locator(f"a[href*='{site.login_path}']")
    if site.shows(page) and link.count():
        with page.expect_navigation(wait_until="domcontentloaded"):
            link.first.click(no_wait_after=True)
    return page


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


def is_administrator(page: Page, site: Site) -> bool:
    """See `Application.is_administrator`: the administration's first page."""
    answer = page.goto(f"{site.url}/-/admin", wait_until="domcontentloaded")
    return answer is not None and answer.status == OK


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`. Newer releases go on to the provider (RP-Initiated Logout)."""
    page.goto(f"{site.url}/user/logout", wait_until="domcontentloaded")


def signed_in(page: Page, site: Site) -> bool:
    """See `Application.signed_in`."""
    page.goto(f"{site.url}/user/settings", wait_until="domcontentloaded")
    return page.locator(_NAME).count() > 0
