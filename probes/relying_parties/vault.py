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
    OK,
    Access,
    Account,
    Party,
    Refusal,
    SignedIn,
    Start,
    errors,
    start_of,
    texts,
    unseen,
)

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

MOUNT = "oidc/"
ADMINISTRATORS = "admin"
"""The policy that makes an administrator."""
_NO_CONTENT = 204


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
        return Refusal(page.status, errors(page.json))
    return present(walker, host_of(url), str(login["client_token"]))


def session(walker: Walker, host: str) -> str | NetworkFailure:
    """See `Application.session`. It knows nobody by cookies: a session is a token in the answer to a callback."""
    del walker, host
    return ""


def present(walker: Walker, host: str, token: str) -> SignedIn | Refusal | NetworkFailure:
    """See `Application.present`."""
    page = walker.get(f"https://{host}/v1/auth/token/lookup-self", {"X-Vault-Token": token})
    if isinstance(page, NetworkFailure):
        return page
    found = part(page.json or {}, "data")
    name = str(found.get("display_name", "")).removeprefix(f"{MOUNT[:-1]}-")
    return SignedIn(name) if found else Refusal(page.status, errors(page.json))


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
    return Account(username, _email(entity), ADMINISTRATORS in policies, MOUNT)


def _email(entity: JsonObject) -> str:
    """Return the address that the entity's alias has among its metadata, or that is its name."""
    for alias in parts(entity, "aliases"):
        address = str(part(alias, "metadata").get("email") or alias.get("name", ""))
        if "@" in address:
            return address
    return ""


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
