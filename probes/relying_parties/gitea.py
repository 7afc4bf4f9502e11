"""Gitea as a relying party: its pages for people, and its API (v1) for administrators.

Its API takes no session of a browser, so who one is there is read on the page of one's own settings.
"""

from __future__ import annotations

import contextlib
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from probes.jsonobjects import part
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
    basic,
    reason,
    started,
    unseen,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from probes.kubeapi import Api
    from probes.vantage import Vantage

_SETTINGS, _LOGIN = "/user/settings", "/user/login"
_WORDS: Mapping[str, str] = {
    "state token mismatch": STATE,
    "invalid_grant": CODE,
    "audience in token does not match": AUDIENCE,
}


def begin(walker: Walker, party: Party) -> Start | Page | NetworkFailure:
    """See `Application.begin`."""
    return started(walker.get(party.login_start))


def finish(walker: Walker, url: str) -> SignedIn | Refusal | NetworkFailure:
    """See `Application.finish`. What went wrong is told on the next page, the one of the sign-in."""
    answer = walker.get(url)
    page = walker.follow(answer, lambda location: host_of(location) != host_of(url))
    if isinstance(page, NetworkFailure):
        return page
    who = session(walker, host_of(url))
    if isinstance(who, NetworkFailure):
        return who
    said = written(page.text, "flash-error", "status-page-error", "title")
    if who and "flash-error" not in page.text:
        return SignedIn(who)
    return Refusal(page.status, said, who, reason(said, _WORDS))


def session(walker: Walker, host: str) -> str | NetworkFailure:
    """See `Application.session`. Whom it does not know it sends to its sign-in page."""
    page = walker.get(f"https://{host}{_SETTINGS}")
    if isinstance(page, NetworkFailure):
        return page
    if urlsplit(page.location).path == _LOGIN:
        return ""
    names = [each.attributes for each in elements(page.text) if each.attributes.get("id") == "username"]
    if page.status != OK or not names:
        raise unseen("who is signed in", walker.vantage, page)
    return names[0].get("value", "")


def account(
    vantage: Vantage, host: str, username: str, access: Access | None, roots: Path | None
) -> Account | None:
    """Return the account of this name, as an administrator sees it; its source is that of its logins."""
    what = f"the account {username} of Gitea"
    if access is None:
        raise unseen(what, vantage, "only an administrator is told of it")
    page = Walker(vantage, roots).get(
        f"https://{host}/api/v1/users/{quote(username, safe='')}", basic(access)
    )
    # In JSON it is Gitea that does not know him; any other page comes from something in front of it.
    if isinstance(page, Page) and page.status == NOT_FOUND and page.json is not None:
        return None
    found = page.json if isinstance(page, Page) and page.status == OK else None
    if found is None or "is_admin" not in found:
        raise unseen(what, vantage, page)
    source = f"source {found.get('source_id')}" if found.get("source_id") else ""
    return Account(str(found["login"]), str(found.get("email", "")), bool(found["is_admin"]), source)


def admin_groups(api: Api, namespace: str) -> tuple[str, ...]:
    """Return the groups of which it makes administrators, as its ConfigMap "gitea" has them set up; empty without.

    A script of the ConfigMap passes them to `gitea admin auth`, as `--admin-group GROUP`.
    """
    path = f"/api/v1/namespaces/{namespace}/configmaps/gitea"
    found = api.get(f"the ConfigMap {namespace}/gitea", path, optional=True) or {}
    words = [word for text in part(found, "data").values() for word in _words(str(text))]
    return tuple(value for option, value in pairwise(words) if option == "--admin-group")


def _words(script: str) -> Iterator[str]:
    for line in script.replace("\\\n", " ").splitlines():
        # A line that is no command of its own, of a heredoc or of another kind of file, may have a single quote.
        with contextlib.suppress(ValueError):
            yield from shlex.split(line, comments=True)
