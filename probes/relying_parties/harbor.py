"""Harbor as a relying party: its OIDC endpoints (`/c/oidc/`) and its API v2.0. No lab has it; written from its source.

Its answers to a callback that it refuses are JSON: {"errors": [{"code": ..., "message": ...}]}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from probes.jsonobjects import JsonObject
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure
from probes.relying_parties.model import (
    CODE,
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
    unseen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from probes.vantage import Vantage

_API = "/api/v2.0"
_WORDS: Mapping[str, str] = {"state mismatch": STATE, "invalid_grant": CODE}
"""A token for another audience is answered with an internal error, and no word of why."""


def begin(walker: Walker, party: Party) -> Start | Page | NetworkFailure:
    """See `Application.begin`."""
    return started(walker.get(party.login_start))


def finish(walker: Walker, url: str) -> SignedIn | Refusal | NetworkFailure:
    """See `Application.finish`."""
    answer = walker.get(url)
    if isinstance(answer, NetworkFailure):
        return answer
    who = session(walker, host_of(url))
    if isinstance(who, NetworkFailure):
        return who
    if answer.location and who:
        return SignedIn(who)
    said = errors(answer.json)
    return Refusal(answer.status, said, who, reason(said, _WORDS))


def session(walker: Walker, host: str) -> str | NetworkFailure:
    """See `Application.session`."""
    return known(walker.get(f"https://{host}{_API}/users/current"), "username", walker.vantage)


def account(
    vantage: Vantage, host: str, username: str, access: Access | None, roots: Path | None
) -> Account | None:
    """Return the account of this name, as an administrator sees it.

    What a group of the provider gives is not in the record: Harbor tells only the session itself (admin_role_in_auth).
    """
    what = f"the account {username} of Harbor"
    if access is None:
        raise unseen(what, vantage, "only an administrator is told of it")
    query = urlencode({"q": f"username={username}"})
    page = Walker(vantage, roots).get(f"https://{host}{_API}/users?{query}", basic(access))
    listed = json_of(page) if isinstance(page, Page) and page.status == OK else None
    if not isinstance(listed, list):
        raise unseen(what, vantage, page)
    for each in cast("list[JsonObject]", listed):
        if each.get("username") == username:
            return Account(
                str(each["username"]),
                str(each.get("email", "")),
                bool(each.get("sysadmin_flag")),
                str(each.get("comment") or ""),
            )
    return None
