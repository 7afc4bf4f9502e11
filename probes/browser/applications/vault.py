"""Vault's (and OpenBao's) user interface: the provider is visited in a window of its own, which then closes.

The interface keeps the token in the browser's local storage, below "vault-<method>☃<cluster>"; it is used from
there, and never leaves the browser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from probes.browser.applications.site import FORBIDDEN, OK, Held, Site, allowed, ask, halted
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import BrowserTimedOut, place
from probes.jsonobjects import JsonObject, part

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

_BUTTON = re.compile(r"sign in with", re.IGNORECASE)
_METHODS = "select[name=auth-method]"
_METHOD = "oidc"
_REVOKE = re.compile(r"^(revoke|confirm)$", re.IGNORECASE)
_COMPLAINTS = ".message-inline.is-danger, .message.is-danger, .hds-alert--color-critical"
_STORED = """() => Object.keys(localStorage).filter(key => key.startsWith("vault-")).map(key => {
    try { return JSON.parse(localStorage.getItem(key)).token; } catch { return null; }
}).find(Boolean) ?? "" """
_AGAIN = 10_000.0
"""Milliseconds after which a click that opened no window is tried once more."""
_INSIDE = re.compile(r"/ui/vault/(?!auth|logout)")
_OUTSIDE = re.compile(r"/ui/vault/auth\b")
_SELF = "/v1/auth/token/lookup-self"


def begin(page: Page, site: Site) -> Page | Stuck:
    """See `Application.begin`. The front page leads strangers to the choice of a method.

    The interface asks its server for the provider's address whenever the role changes, half a second later, and a
    click before the answer is there does nothing.
    """
    # Anew: from one of its own pages to another it may only exchange what is shown.
    page.goto("about:blank")
    stuck = site.front(page)
    if stuck:
        return stuck
    page.wait_for_url(_OUTSIDE, wait_until="commit")
    with page.expect_response(lambda reply: _is_start(reply, site)):
        _choose(page, site)
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


def _choose(page: Page, site: Site) -> None:
    """Choose the method; where methods have tabs, or it is chosen already, by its address."""
    methods = page.locator(_METHODS)
    methods.or_(page.get_by_role("button", name=_BUTTON)).first.wait_for()
    if methods.count() and methods.input_value() != _METHOD:
        methods.select_option(_METHOD)
    else:
        page.goto("about:blank")
        page.goto(f"{site.url}/ui/vault/auth?with={_METHOD}", wait_until="domcontentloaded")


def _is_start(reply: Response, site: Site) -> bool:
    told = f'"{site.role}"' if site.role else ""
    return site.login_path in reply.url and told in (reply.request.post_data or "")


def landed(page: Page, site: Site) -> Greeted | Refused | Stuck:
    """See `Application.landed`."""
    try:
        page.wait_for_url(_INSIDE, wait_until="commit")
    except BrowserTimedOut:
        said = " ".join(page.locator(_COMPLAINTS).all_inner_texts()).strip()
        if said:
            return Refused("Vault", said)
        return Stuck(place(page.url), page.title(), "Vault's pages stay closed")
    status, found = _present(page, held(page, site), _SELF)
    name = (
        str(part(cast("JsonObject", found), "data").get("display_name", ""))
        if isinstance(found, dict)
        else ""
    )
    if status != OK or not name:
        return Stuck(place(page.url), page.title(), f"the token is good for nothing (HTTP {status})")
    return Greeted(name.partition("-")[2])


def is_administrator(page: Page, site: Site) -> bool | Stuck:
    """See `Application.is_administrator`: the list of all policies. A token that is good for nothing is refused too."""
    mine = held(page, site)
    may = allowed(
        page, "the list of policies", _present(page, mine, "/v1/sys/policies/acl?list=true")[0], FORBIDDEN
    )
    good = accepts(page, site, mine)
    if may is False and good is not True:
        return good or halted(page, "the token that the list of policies was asked with is good for nothing")
    return may


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`: by "Revoke token", which ends the session and signs out.

    "Log out" alone makes the window forget the token, which stays good until its time is over.
    """
    del site
    page.get_by_role("button", name="User menu").first.click()
    page.get_by_role("button", name="Revoke token").click()
    page.get_by_role("button", name=_REVOKE).click()
    page.wait_for_url(_OUTSIDE, wait_until="commit")
    page.locator(_METHODS).or_(page.get_by_role("button", name=_BUTTON)).first.wait_for()


def held(page: Page, site: Site) -> Held:
    """See `Application.held`."""
    if not site.shows(page):
        page.goto(f"{site.url}/ui/", wait_until="domcontentloaded")
    return Held(token=str(page.evaluate(_STORED)))


def signed_in(page: Page, site: Site) -> bool | Stuck:
    """See `Application.signed_in`: whether the window keeps a token, and a good one."""
    mine = held(page, site)
    return accepts(page, site, mine) if mine else False


def accepts(page: Page, site: Site, held: Held) -> bool | Stuck:
    """See `Application.accepts`."""
    del site
    return allowed(page, "the token itself", _present(page, held, _SELF)[0], FORBIDDEN)


def _present(page: Page, held: Held, path: str) -> tuple[int, object]:
    return ask(page, path, headers={"X-Vault-Token": held.token})
