"""Grafana as a relying party: its generic OAuth login and its HTTP API. No lab has it; written from its source.

It refuses a callback by sending the visitor to its login page, on which the settings for its scripts say why.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from probes.jsonobjects import JsonObject
from probes.oidc.pages import written
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure
from probes.relying_parties.model import (
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
    basic,
    errors,
    json_of,
    known,
    reason,
    started,
    texts,
    unseen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from probes.vantage import Vantage

ADMINISTRATOR = "Admin"
_WORDS: Mapping[str, str] = {
    "provided state does not match stored state": STATE,
    "failed to get token from provider": CODE,
}
"""Of an exchange it says no more than that, whatever it failed by. It does not look whom a token is for."""
_WHY = re.compile(r'"loginError":\s*"([^"]+)"')


def begin(walker: Walker, party: Party) -> Start | Page | NetworkFailure:
    """See `Application.begin`."""
    return started(walker.get(party.login_start))


def finish(walker: Walker, url: str) -> SignedIn | Refusal | NetworkFailure:
    """See `Application.finish`."""
    page = walker.follow(walker.get(url), lambda location: host_of(location) != host_of(url))
    who = session(walker, host_of(url))
    if isinstance(page, NetworkFailure) or isinstance(who, NetworkFailure):
        return page if isinstance(page, NetworkFailure) else cast("NetworkFailure", who)
    why = _WHY.search(page.text)
    said = why.group(1) if why else errors(page.json) or written(page.text, "title")
    return Refusal(page.status, said, who, reason(said, _WORDS)) if why or not who else SignedIn(who)


def session(walker: Walker, host: str) -> str | NetworkFailure:
    """See `Application.session`."""
    return known(walker.get(f"https://{host}/api/user"), "login", walker.vantage)


def account(
    vantage: Vantage, host: str, username: str, access: Access | None, roots: Path | None
) -> Account | None:
    """Return the account of this login or address; an administrator of the server, or of an organisation."""
    what = f"the account {username} of Grafana"
    if access is None:
        raise unseen(what, vantage, "only an administrator is told of it")
    walker, headers = Walker(vantage, roots), basic(access)
    query = urlencode({"loginOrEmail": username})
    page = walker.get(f"https://{host}/api/users/lookup?{query}", headers)
    if isinstance(page, Page) and page.status == NOT_FOUND and page.json is not None:
        return None
    found = page.json if isinstance(page, Page) and page.status == OK else None
    if found is None or "login" not in found:
        raise unseen(what, vantage, page)
    orgs = walker.get(f"https://{host}/api/users/{found['id']}/orgs", headers)
    listed = json_of(orgs) if isinstance(orgs, Page) and orgs.status == OK else None
    if not isinstance(listed, list):
        raise unseen(what, vantage, orgs)
    roles = {str(each.get("role")) for each in cast("list[JsonObject]", listed)}
    return Account(
        str(found["login"]),
        str(found.get("email", "")),
        bool(found.get("isGrafanaAdmin")) or ADMINISTRATOR in roles,
        ", ".join(texts(found, "authLabels")),
    )
