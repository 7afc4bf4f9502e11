"""Matrix Synapse as a relying party: the client-server API's single sign-on (m.login.sso, m.login.token)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from probes.jsonobjects import parts
from probes.oidc.pages import elements, written
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure
from probes.relying_parties.model import (
    AUDIENCE,
    CODE,
    NOT_FOUND,
    OK,
    STATE,
    Access,
    Account,
    Party,
    Refusal,
    SignedIn,
    Start,
    errors,
    known,
    reason,
    started,
    unseen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from probes.vantage import Vantage

_CLIENT = "/_matrix/client/v3"
_NOBODY = frozenset({"M_NOT_FOUND", "M_UNKNOWN"})
"""What Synapse says of a person whom it does not know; a path that it does not know is M_UNRECOGNIZED."""
_WORDS: Mapping[str, str] = {
    "mismatching_session": STATE,
    "invalid_grant": CODE,
    "claim: 'azp'": AUDIENCE,
}
"""It looks whom a token is for by the authorized party (OpenID Connect Core 3.1.3.7, 4 and 5)."""
CLIENT_PAGE = "/clusterspec-client"
"""Where our client would wait for its login token, on the server's own host; nothing needs to be there."""


def begin(walker: Walker, party: Party) -> Start | Page | NetworkFailure:
    """See `Application.begin`. A client says where it wants its login token sent; here nobody goes there."""
    back = f"https://{host_of(party.login_start)}{CLIENT_PAGE}"
    page = walker.get(f"{party.login_start}?{urlencode({'redirectUrl': back})}")
    # Asked by another name than its own, it first sends the visitor to its own, where the cookies are to be.
    return started(walker.follow(page, lambda location: "client_id" in parse_qs(urlsplit(location).query)))


def finish(walker: Walker, url: str) -> SignedIn | Refusal | NetworkFailure:
    """See `Application.finish`: the login token that comes of it is changed for a session, and asked whose it is."""
    token = login_token(walker, url)
    if isinstance(token, NetworkFailure | Refusal):
        return token
    return change(walker, host_of(url), token)


def change(walker: Walker, host: str, token: str) -> SignedIn | Refusal | NetworkFailure:
    """Change a login token for a session, and ask whose it is; a login token is good once, and for minutes."""
    login = walker.post_json(f"https://{host}{_CLIENT}/login", {"type": "m.login.token", "token": token})
    if isinstance(login, NetworkFailure):
        return login
    opened = (login.json or {}).get("access_token")
    if not opened:
        return Refusal(login.status, errors(login.json))
    who = _whose(walker, host, {"Authorization": f"Bearer {opened}"})
    return SignedIn(who) if isinstance(who, str) else who


def login_token(walker: Walker, url: str) -> str | Refusal | NetworkFailure:
    """Come back from the provider; return the login token that Synapse gives the client, at once or by a link."""
    page = walker.get(url)
    if isinstance(page, NetworkFailure):
        return page
    links = [page.location, *(each.attributes.get("href", "") for each in elements(page.text))]
    for link in links:
        found = parse_qs(urlsplit(link).query).get("loginToken")
        if found:
            return found[0]
    said = written(page.text, "errormsg", "header", "h1", "title")
    code = written(page.text, "error_code").removeprefix("Error code").strip()
    told = f"{code}: {said}" if code else said
    return Refusal(page.status, told, why=reason(told, _WORDS))


def session(walker: Walker, host: str) -> str | NetworkFailure:
    """See `Application.session`. A session is a token that a client is given; whoever has none is asked for it."""
    return _whose(walker, host, {})


def _whose(walker: Walker, host: str, headers: Mapping[str, str]) -> str | NetworkFailure:
    return known(walker.get(f"https://{host}{_CLIENT}/account/whoami", headers), "user_id", walker.vantage)


def offers(walker: Walker, host: str) -> tuple[str, ...] | Page | NetworkFailure:
    """Return the ids of the identity providers by which clients can sign in here; empty without single sign-on."""
    page = walker.get(f"https://{host}{_CLIENT}/login")
    if isinstance(page, NetworkFailure) or page.status != OK or page.json is None:
        return page
    flows = [each for each in parts(page.json, "flows") if each.get("type") == "m.login.sso"]
    return tuple(str(each["id"]) for flow in flows for each in parts(flow, "identity_providers"))


def account(
    vantage: Vantage, host: str, username: str, access: Access | None, roots: Path | None
) -> Account | None:
    """Return the account of this name ("anna"; its server is the domain of `host`) or whole id.

    With the token of an administrator all of it is seen; without, only that it is there: by its profile.
    """
    what = f"the account {username} of Matrix"
    whole = username if username.startswith("@") else f"@{username}:{host.partition('.')[2]}"
    walker = Walker(vantage, roots)
    if access is None:
        page = walker.get(f"https://{host}{_CLIENT}/profile/{quote(whole, safe='')}")
    else:
        page = walker.get(
            f"https://{host}/_synapse/admin/v2/users/{quote(whole, safe='')}",
            {"Authorization": f"Bearer {access.secret.reveal()}"},
        )
    found = page.json if isinstance(page, Page) else None
    if isinstance(page, Page) and found is not None and page.status == NOT_FOUND:
        if found.get("errcode") in _NOBODY:
            return None
        raise unseen(what, vantage, page)
    if not isinstance(page, Page) or page.status != OK or found is None:
        raise unseen(what, vantage, page)
    mail = [str(each["address"]) for each in parts(found, "threepids") if each.get("medium") == "email"]
    sources = [str(each.get("auth_provider")) for each in parts(found, "external_ids")]
    return Account(whole, "".join(mail[:1]), bool(found.get("admin")), ", ".join(sources))
