"""Vault (or OpenBao) as a relying party: the OIDC method of its auth mount `oidc/`, by its HTTP API.

An account there is an identity entity, known by its alias at the mount: the claim that the role names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from probes.jsonobjects import JsonObject, part, parts
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure
from probes.relying_parties.model import (
    AUDIENCE,
    CODE,
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
    start_of,
    texts,
    unseen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from probes.vantage import Vantage

MOUNT = "oidc/"
ADMINISTRATORS = "admin"
"""The policy that makes an administrator."""
_NO_CONTENT = 204
_WORDS: Mapping[str, str] = {
    "expired or missing oauth state": STATE,
    "invalid_grant": CODE,
    "invalid id_token audiences": AUDIENCE,
}
"""All that fails after the state it calls an error in exchanging the code; what follows that tells why."""


def begin(walker: Walker, party: Party) -> Start | Page | NetworkFailure:
    """See `Application.begin`. Its user interface asks in this way, and sends the browser there by itself."""
    page = walker.post_json(party.login_start, {"role": party.role or "", "redirect_uri": party.redirect_uri})
    if isinstance(page, NetworkFailure):
        return page
    location = str(part(page.json or {}, "data").get("auth_url") or "")
    return start_of(location) if location else page


def finish(walker: Walker, url: str) -> SignedIn | Refusal | NetworkFailure:
    """See `Application.finish`. The page of the redirect URI hands the query to the API; so does this."""
    page = walker.get(f"https://{host_of(url)}/v1/auth/{MOUNT}oidc/callback?{urlsplit(url).query}")
    if isinstance(page, NetworkFailure):
        return page
    login = part(page.json or {}, "auth")
    if not login.get("client_token"):
        said = errors(page.json)
        return Refusal(page.status, said, why=reason(said, _WORDS))
    who = _whose(walker, host_of(url), {"X-Vault-Token": str(login["client_token"])})
    return SignedIn(who) if isinstance(who, str) else who


def session(walker: Walker, host: str) -> str | NetworkFailure:
    """See `Application.session`. A session is a token in the answer to a callback; whoever has none may not ask."""
    return _whose(walker, host, {})


def _whose(walker: Walker, host: str, headers: Mapping[str, str]) -> str | NetworkFailure:
    page = walker.get(f"https://{host}/v1/auth/token/lookup-self", headers)
    who = known(page, "display_name", walker.vantage, "data")
    return who.removeprefix(f"{MOUNT[:-1]}-") if isinstance(who, str) else who


def account(
    vantage: Vantage, host: str, username: str, access: Access | None, roots: Path | None
) -> Account | None:
    """Return the entity whose alias at the mount has this name; an administrator has the policy `admin`.

    The policies are those of the entity itself and of its groups, as of its last login.
    """
    what = f"the entity {username} of Vault"
    if access is None:
        raise unseen(what, vantage, "only whoever may read entities is told of it")
    ask = _Asker(Walker(vantage, roots), host, access, what)
    accessor = part(ask.get("sys/auth"), MOUNT).get("accessor")
    if not accessor:
        raise unseen(what, vantage, f"there is no auth mount {MOUNT}")
    entity = ask.post("identity/lookup/entity", {"alias_name": username, "alias_mount_accessor": accessor})
    if entity is None:
        return None
    groups = {*texts(entity, "group_ids"), *texts(entity, "inherited_group_ids")}
    policies = set(texts(entity, "policies"))
    for group in sorted(groups):
        policies |= set(texts(ask.get(f"identity/group/id/{group}"), "policies"))
    alias = _alias(entity, str(accessor))
    email = str(part(alias, "metadata").get("email") or "")
    source = str(alias.get("mount_path", "")).removeprefix("auth/")
    return Account(str(alias.get("name", "")), email, ADMINISTRATORS in policies, source)


def _alias(entity: JsonObject, accessor: str) -> JsonObject:
    """Return what the entity is called at the mount, and the claims that the role has written down there."""
    here = [each for each in parts(entity, "aliases") if each.get("mount_accessor") == accessor]
    return here[0] if here else {}


class _Asker:
    def __init__(self, walker: Walker, host: str, access: Access, what: str) -> None:
        self._walker, self._what = walker, what
        self._base = f"https://{host}/v1"
        self._headers = {"X-Vault-Token": access.secret.reveal()}

    def get(self, path: str) -> JsonObject:
        page = self._walker.get(f"{self._base}/{path}", self._headers)
        if not isinstance(page, Page) or page.status != OK:
            raise unseen(self._what, self._walker.vantage, page)
        return part(page.json or {}, "data")

    def post(self, path: str, document: dict[str, Any]) -> JsonObject | None:
        page = self._walker.post_json(f"{self._base}/{path}", document, self._headers)
        if isinstance(page, Page) and page.status == _NO_CONTENT:
            return None
        if not isinstance(page, Page) or page.status != OK:
            raise unseen(self._what, self._walker.vantage, page)
        return part(page.json or {}, "data")
