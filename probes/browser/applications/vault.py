"""Vault's (and OpenBao's) user interface: the provider is visited in a window of its own, which then closes.

The interface keeps the token in the browser's local storage, below "vault-<method>☃<cluster>"; it is used from
there, and never leaves the browser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from probes.browser.applications.site import OK, Site, ask
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import BrowserTimedOut, place
from probes.jsonobjects import JsonObject, part

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

_BUTTON = re.compile(r"sign in with", re.IGNORECASE)
_COMPLAINTS = ".message-inline.is-danger, .message.is-danger, .hds-alert--color-critical"
_STORED = """() => Object.keys(localStorage).filter(key => key.startsWith("vault-")).map(key => {
    try { return JSON.parse(localStorage.getItem(key)).token; } catch { return null; }
}).find(Boolean) ?? "" """
_AGAIN = 10_000.0
"""Milliseconds after which a click that opened no window is tried once more."""
_INSIDE = re.compile(r"/ui/vault/(?!auth|logout)")


def begin(page: Page, site: Site) -> Page:
    """See `Application.begin`.

    The interface asks its server for the provider's address whenever the role changes, half a second later, and a
    click before the answer is there does nothing.
    """
    # Anew: from one of its own pages to another it may only exchange what is shown.
    page.goto("about:blank")
    with page.expect_response(lambda reply: _is_start(reply, site)):
        page.goto(f"{site.url}/ui/vault/auth?with=oidc", wait_until="domcontentloaded")
        if site.role:
            page.locator("input[name=role]").fill(site.role)
    button = page.get_by_role("button", name=_BUTTON)
    try:
        with page.expect_popup(timeout=_AGAIN) as opened:
            button.click()
    except BrowserTimedOut:
        with page.expect_popup() as opened:
            button.click()
    window = opened.value
    window.wait_for_load_state("domcontentloaded")
    return window


def _is_start(reply: Response, site: Site) -> bool:
    told = f'"{site.role}"' if site.role else ""
    return site.login_path in reply.url and told in (reply.request.post_data or "")


def landed(page: Page, site: Site) -> Greeted | Refused | Stuck:
    """See `Application.landed`."""
    del site
    try:
        page.wait_for_url(_INSIDE, wait_until="commit")
    except BrowserTimedOut:
        said = " ".join(page.locator(_COMPLAINTS).all_inner_texts()).strip()
        if said:
            return Refused("Vault", said)
        return Stuck(place(page.url), page.title(), "Vault's pages stay closed")
    status, found = _own(page, "/v1/auth/token/lookup-self")
    name = (
        str(part(cast("JsonObject", found), "data").get("display_name", ""))
        if isinstance(found, dict)
        else ""
    )
    if status != OK or not name:
        return Stuck(place(page.url), page.title(), f"the token is good for nothing (HTTP {status})")
    return Greeted(name.partition("-")[2])


def is_administrator(page: Page, site: Site) -> bool:
    """See `Application.is_administrator`: the list of all policies."""
    del site
    return _own(page, "/v1/sys/policies/acl?list=true")[0] == OK


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`."""
    page.goto(f"{site.url}/ui/vault/logout", wait_until="domcontentloaded")
    page.get_by_role("button", name=_BUTTON).or_(page.locator("#auth-submit")).first.wait_for()


def signed_in(page: Page, site: Site) -> bool:
    """See `Application.signed_in`."""
    if not site.shows(page):
        page.goto(f"{site.url}/ui/", wait_until="domcontentloaded")
    return _own(page, "/v1/auth/token/lookup-self")[0] == OK


def _own(page: Page, path: str) -> tuple[int, object]:
    """Ask with the token that the interface keeps; (0, None) if it keeps none."""
    token = str(page.evaluate(_STORED))
    return ask(page, path, headers={"X-Vault-Token": token}) if token else (0, None)
