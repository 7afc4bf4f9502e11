"""The pages of authentik, by its flow executor: what its own page asks of it, and its scripts show.

Written from its documentation ("Flow executor (backend)") and API schema; challenges are told apart by their
`component`. A flow keeps its state in the cookies of the session.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from probes.jsonobjects import JsonObject, part, parts
from probes.oidc.pages import written
from probes.oidc.signin import CREDENTIALS, DISABLED, FORBIDDEN, REDIRECT_URI, Denied
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import Malformed, NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

_FLOW = re.compile(r"/if/flow/(?P<slug>[^/]+)/")
_STAGES = 12
_IDENTIFICATION, _PASSWORD = "ak-stage-identification", "ak-stage-password"
_CONSENT, _LOGIN = "ak-stage-consent", "ak-stage-user-login"
_REDIRECT, _DENIED = "xak-flow-redirect", "ak-stage-access-denied"
_CSRF_COOKIE, _CSRF_HEADER = "authentik_csrf", "X-authentik-CSRF"
_SAID = ("pf-c-login__main-body", "pf-c-form", "title")
_DENIED_STATUS = frozenset({401, 403})
_WORDS: Mapping[str, str] = {
    "redirect_uri": REDIRECT_URI,
    "redirection uri": REDIRECT_URI,
    "redirect uri": REDIRECT_URI,
    "invalid password": CREDENTIALS,
    "failed to authenticate": CREDENTIALS,
    "inactive": DISABLED,
    "disabled": DISABLED,
    "denied": FORBIDDEN,
}


def asks(walker: Walker, page: Page) -> bool | NetworkFailure:
    """See `Pages.asks`. The page itself is the same for every stage; the executor is asked what it would show."""
    if not _FLOW.search(urlsplit(page.url).path):
        return False
    challenge = _challenge(walker, page.url)
    if isinstance(challenge, NetworkFailure):
        return challenge
    return challenge.get("component") in {_IDENTIFICATION, _PASSWORD}


def submit(walker: Walker, page: Page, username: str, password: str) -> Page | Denied | NetworkFailure:
    """See `Pages.submit`: answer stage after stage, through as many flows as there are, until one leads away."""
    url, challenge = page.url, _challenge(walker, page.url)
    for _ in range(_STAGES):
        if isinstance(challenge, NetworkFailure):
            return challenge
        if challenge.get("component") == _REDIRECT:
            led = _led(walker, urljoin(url, str(challenge.get("to", ""))), page.host)
            if isinstance(led, NetworkFailure) or led.location or not _FLOW.search(urlsplit(led.url).path):
                return led
            url, challenge = led.url, _challenge(walker, led.url)
            continue
        answer = _answer(challenge, username, password)
        if answer is None or challenge.get("response_errors"):
            return _refused(challenge)
        challenge = _solved(walker, url, answer)
    return Malformed(f"more than {_STAGES} stages")


def refusal(page: Page) -> Denied:
    """See `Pages.refusal`."""
    message = written(page.text, *_SAID)
    return Denied(_why(message) or (FORBIDDEN if page.status in _DENIED_STATUS else ""), page.status, message)


def _led(walker: Walker, url: str, host: str) -> Page | NetworkFailure:
    """Go where a flow leads: away (a redirect that is not followed), or on to a page of the provider."""
    away = Page("", 302, {"location": url})
    return walker.follow(away, lambda location: host_of(location) != host)


def _executor(url: str) -> str:
    where = urlsplit(url)
    slug = _FLOW.search(where.path)
    name = slug.group("slug") if slug else ""
    return (
        f"{where.scheme}://{where.netloc}/api/v3/flows/executor/{name}/?query={quote(where.query, safe='')}"
    )


def _challenge(walker: Walker, url: str) -> JsonObject | NetworkFailure:
    answer = walker.get(_executor(url), {"Accept": "application/json"})
    return _read(walker.follow(answer, lambda location: "/api/v3/flows/" not in location))


def _solved(walker: Walker, url: str, answer: Mapping[str, Any]) -> JsonObject | NetworkFailure:
    token = next((cookie.value for cookie in walker.jar if cookie.name == _CSRF_COOKIE), None)
    headers = {_CSRF_HEADER: token} if token else {}
    page = walker.post_json(_executor(url), answer, headers)
    return _read(walker.follow(page, lambda location: "/api/v3/flows/" not in location))


def _read(page: Page | NetworkFailure) -> JsonObject | NetworkFailure:
    if isinstance(page, NetworkFailure):
        return page
    return page.json if page.json is not None else Malformed(f"no challenge of a flow: {page}")


def _answer(challenge: JsonObject, username: str, password: str) -> dict[str, Any] | None:
    component = str(challenge.get("component", ""))
    match component:
        case "ak-stage-identification":
            found: dict[str, Any] = {"component": component, "uid_field": username}
            return found | ({"password": password} if challenge.get("password_fields") else {})
        case "ak-stage-password":
            return {"component": component, "password": password}
        case "ak-stage-user-login":
            return {"component": component, "remember_me": False}
        case "ak-stage-consent":
            return {"component": component, "token": str(challenge.get("token", ""))}
        case _:
            return None


def _refused(challenge: JsonObject) -> Denied:
    """Read a challenge that nobody can answer, or one that has come back with what was wrong with the answer."""
    errors = part(challenge, "response_errors")
    said = [str(each.get("string", "")) for name in errors for each in parts(errors, name)]
    component = str(challenge.get("component", ""))
    message = "; ".join(said) or str(challenge.get("error_message") or f"it asks for {component}")
    why = _why(message) or (FORBIDDEN if component == _DENIED else CREDENTIALS if said else "")
    return Denied(why, 200, message)


def _why(message: str) -> str:
    return next((why for words, why in _WORDS.items() if words in message.lower()), "")
