"""Keycloak's pages (theme `keycloak.v2` and the older `keycloak`: both keep the names of the fields).

They are made by the server: every submission is a navigation, to the application or to the same form with a word of
refusal. Source: themes/src/main/resources/theme/base/login/*.ftl.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from probes.browser.outcomes import Refused, SignedIn, Stuck
from probes.browser.session import BrowserError, host_of, place

if TYPE_CHECKING:
    from playwright.sync_api import Page

_COMPLAINTS = (
    "#input-error, #input-error-username, #input-error-password, .kc-feedback-text, .pf-v5-c-alert__title, "
    "#kc-error-message .instruction, .alert-error"
)
_PASSWORD = "#password"  # noqa: S105 - where it is typed
_TRIES = 2
_CONFIRM = "#kc-logout"
_HERE = "/realms/"


def sign_in(page: Page, username: str, password: str) -> SignedIn | Refused | Stuck:
    """See `Provider.sign_in`."""
    if _HERE not in page.url:
        return SignedIn(asked=False)
    provider = host_of(page.url)
    if page.locator(_PASSWORD).count() == 0:
        return _judged(page)
    # Once more where the form has come anew, empty and without a complaint: Vault's interface may open its window
    # twice, the second time while somebody is typing.
    for _ in range(_TRIES):
        try:
            _submit(page, username, password)
        except BrowserError:
            # A window that the application opened for this closes as soon as the person is back.
            if not page.is_closed():
                raise
        if page.is_closed() or host_of(page.url) != provider or _HERE not in page.url:
            return SignedIn(asked=True)
        if page.locator(_PASSWORD).count() == 0 or page.locator(_COMPLAINTS).count():
            break
    return _judged(page)


def _submit(page: Page, username: str, password: str) -> None:
    page.locator("#username").fill(username)
    page.locator(_PASSWORD).fill(password)
    if page.locator("#username").input_value() != username:
        page.locator("#username").fill(username)
        page.locator(_PASSWORD).fill(password)
    with page.expect_navigation(wait_until="domcontentloaded"):
        # Not by the button: a window that another one has opened may be drawn too seldom for a click.
        page.locator(_PASSWORD).press("Enter", no_wait_after=True)


def _judged(page: Page) -> Refused | Stuck:
    """Say what a page of the provider that is not the way on means."""
    said = [text.strip() for text in page.locator(_COMPLAINTS).all_inner_texts() if text.strip()]
    if said:
        return Refused("the identity provider", " ".join(dict.fromkeys(said)))
    return Stuck(place(page.url), page.title(), "Keycloak shows neither its form nor a reason")


def asks(page: Page) -> bool:
    """See `Provider.asks`."""
    return _HERE in page.url and page.locator(_PASSWORD).count() > 0


def confirm_sign_out(page: Page) -> bool:
    """See `Provider.confirm_sign_out`."""
    button = page.locator(_CONFIRM)
    if _HERE not in page.url or button.count() == 0:
        return False
    with page.expect_navigation(wait_until="domcontentloaded"):
        button.click(no_wait_after=True)
    return True


def sign_out_at(issuer: str, client_id: str, back: str) -> str:
    """See `Provider.sign_out_at`."""
    return f"{issuer}/protocol/openid-connect/logout?" + urlencode(
        {"client_id": client_id, "post_logout_redirect_uri": back}
    )
