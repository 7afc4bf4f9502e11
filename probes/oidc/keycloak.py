"""The pages of Keycloak 26 (its login themes `keycloak` and `keycloak.v2`), in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.oidc.pages import form, written
from probes.oidc.signin import CREDENTIALS, DISABLED, FORBIDDEN, REDIRECT_URI, Denied
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM = "kc-form-login"
_SAID = (
    "kc-error-message",
    "input-error",
    "input-error-username",
    "input-error-password",
    "kc-feedback-text",
)
_TITLES = ("pf-v5-c-alert__title", "alert-error", "kc-page-title", "title")
_DENIED = frozenset({401, 403})
_WORDS: Mapping[str, str] = {
    "invalid username or password": CREDENTIALS,
    "account is disabled": DISABLED,
    "invalid parameter: redirect_uri": REDIRECT_URI,
}


def asks(walker: Walker, page: Page) -> bool | NetworkFailure:
    """See `Pages.asks`."""
    del walker
    return form(page.text, page.url, _FORM) is not None


def submit(walker: Walker, page: Page, username: str, password: str) -> Page | Denied | NetworkFailure:
    """See `Pages.submit`. What is refused comes back as the same form, with an error above it."""
    login = form(page.text, page.url, _FORM)
    if login is None:
        return refusal(page)
    answer = walker.post(login.action, {**login.fields, "username": username, "password": password})
    return walker.follow(answer, lambda location: host_of(location) != page.host)


def refusal(page: Page) -> Denied:
    """See `Pages.refusal`. Whoever may not come in although he is who he says gets the status 401 or 403."""
    message = written(page.text, *_SAID, *_TITLES)
    why = next((why for words, why in _WORDS.items() if words in message.lower()), "")
    return Denied(why or (FORBIDDEN if page.status in _DENIED else ""), page.status, message)
