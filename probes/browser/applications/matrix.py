"""Matrix' single sign-on as a client without a screen of its own goes through it, on Synapse's pages.

The client sends the person to the server's `login/sso/redirect`; after the provider, Synapse asks whether the client
is the person's (templates/sso_redirect_confirm.html, left out for clients that it knows), and sends them to the client
with a login token, which the client changes for an access token (Client-Server API, "SSO client login"). Our client is
the server's own page of versions, so that all of it happens in one origin; the access token stays in its storage.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from probes.browser.applications.site import FORBIDDEN, OK, UNAUTHORIZED, Held, Site, allowed, ask, halted
from probes.browser.outcomes import Greeted, Refused, Stuck
from probes.browser.session import place

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CLIENT = "/_matrix/client/versions"
_API = "/_matrix/client/v3"
_GO_ON = "a[href*='loginToken=']"
_COMPLAINTS = "#errormsg, .error_page header"
_REFUSED = "M_FORBIDDEN"
_KEPT = "clusterspec"
_KEEP = f"token => localStorage.setItem('{_KEPT}', token)"
_TOKEN = f"() => localStorage.getItem('{_KEPT}') ?? ''"


def begin(page: Page, site: Site) -> Page:
    """See `Application.begin`. There is no front page: the client begins."""
    back = urlencode({"redirectUrl": site.url + _CLIENT})
    page.goto(f"{site.login_start}?{back}", wait_until="domcontentloaded")
    return page


def landed(page: Page, site: Site) -> Greeted | Refused | Stuck:
    """See `Application.landed`."""
    if page.locator(_GO_ON).count():
        with page.expect_navigation(wait_until="domcontentloaded"):
            page.locator(_GO_ON).first.click(no_wait_after=True)
    token = parse_qs(urlsplit(page.url).query).get("loginToken", [""])[0]
    if not token or not site.shows(page):
        said = " ".join(" ".join(page.locator(_COMPLAINTS).all_inner_texts()).split())
        stuck = Stuck(place(page.url), page.title(), "Synapse gave the client no login token")
        return Refused("Synapse", said) if said else stuck
    body = json.dumps({"type": "m.login.token", "token": token})
    status, found = ask(page, f"{_API}/login", method="POST", body=body)
    if status != OK or not isinstance(found, dict):
        return Refused("Synapse", f"HTTP {status}: {found}")
    page.evaluate(_KEEP, found["access_token"])
    return Greeted(str(found["user_id"]).removeprefix("@").partition(":")[0])


def is_administrator(page: Page, site: Site) -> bool | Stuck:
    """See `Application.is_administrator`: the list of registration tokens, which Synapse itself refuses."""
    status, said = _present(page, held(page, site), "/_synapse/admin/v1/registration_tokens")
    if status == FORBIDDEN and _REFUSED not in str(said):
        return halted(page, "the list of registration tokens is refused by somebody in front of Synapse")
    return allowed(page, "the list of registration tokens", status, FORBIDDEN)


def sign_out(page: Page, site: Site) -> None:
    """See `Application.sign_out`."""
    _present(page, held(page, site), f"{_API}/logout", method="POST")


def held(page: Page, site: Site) -> Held:
    """See `Application.held`."""
    if not site.shows(page):
        page.goto(site.url + _CLIENT, wait_until="domcontentloaded")
    return Held(token=str(page.evaluate(_TOKEN)))


def signed_in(page: Page, site: Site) -> bool | Stuck:
    """See `Application.signed_in`: whether the access token is still good; our client never forgets it."""
    return accepts(page, site, held(page, site))


def accepts(page: Page, site: Site, held: Held) -> bool | Stuck:
    """See `Application.accepts`."""
    if not site.shows(page):
        page.goto(site.url + _CLIENT, wait_until="domcontentloaded")
    status, _ = _present(page, held, f"{_API}/account/whoami")
    return allowed(page, "the person that Synapse sees", status, UNAUTHORIZED)


def _present(page: Page, held: Held, path: str, *, method: str = "GET") -> tuple[int, object]:
    return ask(page, path, method=method, headers={"Authorization": f"Bearer {held.token}"})
