"""Authentik's pages: one page that runs a flow, stage after stage, each a web component with a shadow tree.

Playwright's selectors look into open shadow trees, as Lit makes them. Names of the components and of their fields
are those of authentik's source (web/src/flow/stages/*): ak-stage-identification with `uidField`, and with `password`
too where its stage is set up so; ak-stage-password with `password`; ak-stage-consent; ak-stage-access-denied;
ak-stage-user-login, which asks whether to stay signed in. A refused application is a page of the server
(authentik/policies/templates/policies/denied.html), which newer releases draw with the same component.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from probes.browser.outcomes import Refused, SignedIn, Stuck
from probes.browser.session import SECONDS, BrowserTimedOut, host_of, place

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# Of each stage what a person uses: the component itself may be drawn without an extent of its own.
_IDENTIFICATION = "ak-stage-identification input[name=uidField]"
_PASSWORD = "ak-stage-password input[name=password]"  # noqa: S105 - where it is typed
_CONSENT = "ak-stage-consent button[type=submit]"
_STAY = "ak-stage-user-login button[type=submit]"
_COMPLAINTS = ".pf-m-error, .pf-c-alert.pf-m-danger .pf-c-alert__title, ak-form-element .pf-m-error"
_DENIED = "ak-stage-access-denied p, .pf-c-login__main-body p:has(.pf-icon-error-circle-o)"
_FLOWS = ("/if/flow/", "/application/o/authorize", "/flows/")
_LOOK = 250.0
"""Milliseconds after which it is looked again whether the person has been sent on: no element tells that."""


def sign_in(page: Page, username: str, password: str) -> SignedIn | Refused | Stuck:
    """See `Provider.sign_in`."""
    provider, asked, done = host_of(page.url), False, set[str]()
    if not _here(page, provider):
        return SignedIn(asked=False)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = _next(page, provider, done)
        if found == "gone":
            return SignedIn(asked=asked)
        if found == "refused":
            return Refused("the identity provider", _words(page))
        if found == _IDENTIFICATION:
            asked = _identify(page, username, password) or asked
        elif found == _PASSWORD:
            asked = True
            page.locator(_PASSWORD).first.fill(password)
            page.locator(_PASSWORD).first.press("Enter")
        elif found:
            page.locator(found).first.click()
        done.add(found)
    return Stuck(place(page.url), page.title(), f"authentik's flow did not end within {SECONDS:g} s")


def _identify(page: Page, username: str, password: str) -> bool:
    """Fill the first stage; tell whether it asked for the password too."""
    page.locator(_IDENTIFICATION).first.fill(username)
    together = page.locator("ak-stage-identification input[name=password]")
    both = together.count() > 0
    if both:
        together.first.fill(password)
    page.locator(_IDENTIFICATION).first.press("Enter")
    return both


def _next(page: Page, provider: str, done: set[str]) -> str:
    """Return what the flow shows now that was not dealt with: a stage, "refused", "gone", or "" for nothing yet."""
    stages = [one for one in (_PASSWORD, _CONSENT, _STAY, _IDENTIFICATION) if one not in done]
    if not _here(page, provider):
        return "gone"
    try:
        _shown(page, ", ".join((*stages, _COMPLAINTS, _DENIED))).first.wait_for(timeout=_LOOK)
    except BrowserTimedOut:
        return "" if _here(page, provider) else "gone"
    if _shown(page, f"{_COMPLAINTS}, {_DENIED}").count():
        return "refused"
    return next((one for one in stages if _shown(page, one).count()), "")


def _shown(page: Page, selector: str) -> Locator:
    return page.locator(selector).filter(visible=True)


def _here(page: Page, provider: str) -> bool:
    return not page.is_closed() and host_of(page.url) == provider and any(part in page.url for part in _FLOWS)


def _words(page: Page) -> str:
    denied = _shown(page, _DENIED)
    said = (denied if denied.count() else _shown(page, _COMPLAINTS)).all_inner_texts()
    return " ".join(" ".join(dict.fromkeys(said)).split())


def asks(page: Page) -> bool:
    """See `Provider.asks`."""
    if not any(part in page.url for part in _FLOWS):
        return False
    _shown(page, f"{_IDENTIFICATION}, {_PASSWORD}").first.wait_for()
    return True


def confirm_sign_out(page: Page) -> bool:
    """See `Provider.confirm_sign_out`: the provider's invalidation flow may offer to end the whole session.

    It shows ak-stage-session-end with a link (authentik/flows/views/executor.py), or ends it without asking.
    """
    link = page.locator("ak-stage-session-end a[href*='invalidation']")
    if "/if/" not in page.url or link.count() == 0:
        return False
    link.first.click()
    page.wait_for_load_state("domcontentloaded")
    return True


def sign_out_at(issuer: str, client_id: str, back: str) -> str:
    """See `Provider.sign_out_at`. The issuer is the client's own; authentik takes no other parameter there."""
    del client_id, back
    return f"{issuer.rstrip('/')}/end-session/"
