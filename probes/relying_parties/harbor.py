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
    OK,
    Access,
    Account,
    Party,
    Refusal,
    SignedIn,
    Start,
    basic,
    errors,
    json_of,
    named,
    presented,
    started,
    unseen,
)

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

_API = "/api/v2.0"


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
    return SignedIn(who) if answer.location and who else Refusal(answer.status, errors(answer.json), who)


def session(walker: Walker, host: str) -> str | NetworkFailure:
    """See `Application.session`."""
    return named(walker.get(f"https://{host}{_API}/users/current"), "username")


def present(walker: Walker, host: str, token: str) -> SignedIn | Refusal | NetworkFailure:
    """See `Application.present`. Harbor takes an ID token so, if it was signed for Harbor itself."""
    return presented(walker, f"https://{host}{_API}/users/current", token, "username")


def account(
    vantage: Vantage, host: str, username: str, access: Access | None, roots: Path | None
) -> Account | None:
    """Return the account of this name, as an administrator sees it.

    Groups of the provider make an administrator too; Harbor shows that in its own field.
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
            administrator = bool(each.get("sysadmin_flag") or each.get("admin_role_in_auth"))
            return Account(
                username, str(each.get("email", "")), administrator, str(each.get("comment") or "")
            )
    return None
