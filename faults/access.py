"""The identity provider and who relies on it, for the look at the platform (`faults.platform`).

Each function returns words only, and never a secret; what cannot be seen raises, and is told by the look as unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from faults import reach
from faults.kinds.identity import keycloak, named, secret, steps
from inventory import Identity, RelyingParty
from probes import http, tls
from probes.jsonobjects import part, parts
from probes.oidc import codes, discovery, tokens
from probes.oidc.discovery import Discovery
from probes.oidc.tokens import Client, RefusedExchange
from probes.oidc.walk import Page, Walker
from probes.outcomes import CannotObserve, NetworkFailure
from probes.relying_parties.applications import APPLICATIONS
from probes.relying_parties.model import Start
from probes.tls import Handshake
from provisioning.target import Target

Words = Mapping[str, str]
T = TypeVar("T")
_QUICK = 10.0
_HTTPS = 443
_KEYS = ("client_secret", "secret")
"""How the secret of a client is called in the Secret that its application is given."""
_TIME = "%a %b %d %H:%M:%S %Z %Y"
_SCRATCH = "clusterspec-"
"""How the namespaces begin that scenarios make for themselves: what they break in them says nothing of the platform."""
_ADMIN_GROUP = re.compile(r'--admin-group "([^"]*)"')
SIGN_IN = "the sign-in page"


def provider(target: Target) -> Words:
    """What the identity provider says of itself, by its public name, and by whose certificate."""
    identity, internet, roots = _identity(target), target.vantages["internet"], target.inventory.public_roots
    issuer = _issuer(target, identity)
    host = urlsplit(issuer).hostname or ""
    shown = tls.handshake(internet, host, _HTTPS, host, roots, timeout=_QUICK)
    found = {"certificate": str(shown)}
    if isinstance(shown, Handshake):
        found["trusted"] = str(shown.verified)
    # Whoever has the wrong certificate can still be asked who he is.
    address, verify = discovery.address_of(issuer), roots if found.get("trusted") == "True" else None
    said = http.get(internet, address, verify=verify or False, timeout=_QUICK)
    if isinstance(said, NetworkFailure):
        return {**found, "discovery": str(said)}
    document = Discovery(issuer, said.json()) if said.status == 200 else None  # noqa: PLR2004 - as HTTP has it
    if document is None:
        return {**found, "discovery": f"HTTP {said.status}"}
    places = {urlsplit(url).netloc for url in document.endpoints.values()}
    return {
        **found,
        "discovery": "ok",
        "issuer": document.issuer,
        "endpoints": " ".join(sorted(places)),
        "algorithms": " ".join(document.listed("id_token_signing_alg_values_supported")),
    }


def parties(target: Target) -> Mapping[str, Words]:
    """How far a login gets at each relying party: "start", "page", and as what its own secret is taken ("client")."""
    identity = _identity(target)
    planned = {
        name: party for name, party in target.inventory.relying_parties.items() if name in APPLICATIONS
    }

    def ask(name: str) -> Words:
        return dict(_party(target, identity, name, planned[name]))

    return _all(ask, planned)


def _party(target: Target, identity: Identity, name: str, party: RelyingParty) -> Iterator[tuple[str, str]]:
    internet, roots = target.vantages["internet"], target.inventory.public_roots
    walker = Walker(internet, roots, timeout=_QUICK)
    start = _quietly(lambda: APPLICATIONS[name].begin(walker, party))
    yield "start", f"to {start.host}" if isinstance(start, Start) else _told(start)
    if isinstance(start, Start):
        arrived = _quietly(lambda: codes.arrive(walker, identity.kind, start.location))
        yield "page", SIGN_IN if isinstance(arrived, codes.LoginPage) else str(arrived)
    if name == "gitea":
        yield "administrators", _administrators(target)
    described = discovery.discover(internet, identity.issuer_of(party.client_id), roots, timeout=_QUICK)
    if isinstance(described, Discovery):
        yield "client", _quietly(lambda: _as_client(target, name, party, described.url("token_endpoint")))


def _as_client(target: Target, name: str, party: RelyingParty, endpoint: str) -> str:
    """Return the error that a code which nobody has given is refused with: whoever is known is told of the code."""
    namespace = target.inventory.services[name].namespace
    kept = f"/api/v1/namespaces/{namespace}/secrets/{name}-oauth-client-secret"
    data = part(reach.api(target).get(kept, kept, optional=True) or {}, "data")
    key = next((each for each in _KEYS if each in data), "")
    if not key:
        return f"it has no Secret {namespace}/{name}-oauth-client-secret"
    client = Client(
        party.client_id, secret(target, namespace, f"{name}-oauth-client-secret", key), party.redirect_uri
    )
    host = urlsplit(_identity(target).issuer).netloc
    if urlsplit(endpoint).netloc != host:
        return f"its token endpoint is not at {host}"
    refused = tokens.exchange(
        target.vantages["internet"],
        endpoint,
        client,
        "no-code",
        target.inventory.public_roots,
        timeout=_QUICK,
    )
    return refused.error if isinstance(refused, RefusedExchange) else str(refused)


def _administrators(target: Target) -> str:
    """Return the group that Gitea makes administrators of, as it is told at its start; "" where that is not seen."""
    namespace = target.inventory.services["gitea"].namespace
    path = f"/api/v1/namespaces/{namespace}/configmaps/gitea"
    texts = part(reach.api(target).get(path, path, optional=True) or {}, "data").values()
    return " ".join(found[1] for text in texts if (found := _ADMIN_GROUP.search(str(text))))


def _told(start: Start | Page | NetworkFailure | str) -> str:
    return f"HTTP {start.status}" if isinstance(start, Page) else str(start)


def realm(target: Target) -> Words:
    """How the provider is set up, by its administration."""
    known = keycloak(target)
    settings = known.realm() or {}
    mappers = parts(known.scope("groups") or {}, "protocolMappers")
    found = [part(each, "config") for each in mappers if each["name"] == "groups"]
    config: Mapping[str, Any] = found[0] if found else {}
    told = [name for name in ("id.token.claim", "userinfo.token.claim") if config.get(name) == "true"]
    flow = {named(each): str(each["requirement"]) for each in steps(known)}
    clients = {
        name: known.client(party.client_id) or {} for name, party in target.inventory.relying_parties.items()
    }
    clock = str(part(known.ask("GET", "/admin/serverinfo"), "systemInfo").get("serverTime", ""))
    return {
        "code lifetime": str(settings.get("accessCodeLifespan")),
        "groups": " ".join(told),
        "deny-access": flow.get("deny-access-authenticator", "missing"),
        "outsiders": flow.get("outsiders", "missing"),
        "clock ahead": str(_ahead(clock)),
        **{
            f"redirects of {name}": " ".join(found.get("redirectUris", [])) for name, found in clients.items()
        },
        **{f"public client of {name}": str(found.get("publicClient")) for name, found in clients.items()},
        **{
            f"signature for {name}": part(found, "attributes").get("id.token.signed.response.alg", "")
            for name, found in clients.items()
        },
    }


def _ahead(clock: str) -> int:
    """Return how many seconds a clock is ahead of ours."""
    there = datetime.strptime(clock, _TIME).replace(tzinfo=UTC)
    return round((there - datetime.now(tz=UTC)).total_seconds())


def _ours(namespace: str) -> bool:
    return not namespace.startswith(_SCRATCH)


def waiting(target: Target) -> Words:
    """Which containers wait for what, by "NAMESPACE/POD CONTAINER"."""
    found: dict[str, str] = {}
    for item in reach.api(target).list("the pods of all namespaces", "/api/v1/pods"):
        metadata, status = part(item, "metadata"), part(item, "status")
        if not _ours(metadata["namespace"]):
            continue
        for one in (*parts(status, "initContainerStatuses"), *parts(status, "containerStatuses")):
            why = part(one, "state", "waiting")
            if why.get("reason") not in {None, "PodInitializing", "ContainerCreating"}:
                name = f"{metadata['namespace']}/{metadata['name']} {one['name']}"
                found[name] = f"{why['reason']}: {why.get('message', '')}"
        for one in parts(status, "conditions"):
            if one.get("type") == "PodScheduled" and one.get("status") == "False":
                found[f"{metadata['namespace']}/{metadata['name']}"] = (
                    f"{one.get('reason')}: {one.get('message')}"
                )
    return found


def _all(ask: Callable[[str], T], names: Iterable[str]) -> dict[str, T]:
    """Ask of all at the same time."""
    each = list(names)
    with ThreadPoolExecutor(max_workers=max(len(each), 1)) as pool:
        return dict(zip(each, pool.map(ask, each), strict=True))


def _quietly(ask: Callable[[], T]) -> T | str:
    try:
        return ask()
    except (CannotObserve, OSError, LookupError) as error:
        return f"could not be seen: {error}"


def _identity(target: Target) -> Identity:
    if target.inventory.identity is None:
        raise LookupError("the inventory has no [identity]")
    return target.inventory.identity


def _issuer(target: Target, identity: Identity) -> str:
    first = next(iter(target.inventory.relying_parties.values()), None)
    return identity.issuer_of(first.client_id) if first else identity.issuer
