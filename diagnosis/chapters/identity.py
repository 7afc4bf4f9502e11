"""Identity: how the provider answers and is set up, how far a login gets at each relying party, and what waits."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from diagnosis.look import QUICK, Sight, Subject, Unseen, tried
from inventory import Identity, RelyingParty
from probes import http, restarts, tls
from probes.http import Response
from probes.jsonobjects import JsonObject, part, parts
from probes.oidc import codes, discovery, tokens
from probes.oidc.discovery import Discovery
from probes.oidc.signin import Callback, Denied, LoginPage
from probes.oidc.tokens import Client, RefusedExchange, Tokens
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure
from probes.relying_parties import gitea
from probes.relying_parties.applications import APPLICATIONS
from probes.relying_parties.model import Start
from probes.restarts import Waiting
from probes.tls import Handshake
from probes.together import at_once

T = TypeVar("T")
DISABLED = "DISABLED"
"""The requirement of a step of a flow that is not taken."""
ID_TOKEN, USERINFO = "id.token.claim", "userinfo.token.claim"
"""Where Keycloak states something of a person."""
_SLOW = 8.0
"""Seconds that a page may take: a program that has just been started is slow."""
_HTTPS, _OK = 443, 200
_TIME = "%a %b %d %H:%M:%S %Z %Y"
_SCRATCH = "clusterspec-"
"""How the namespaces begin that scenarios make: what they break in these says nothing of the platform."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the inventory wants. host: the provider's; code_lifetime: in seconds.

    administrators: by relying party, the group that administers it; "" where it has none.
    """

    host: str
    code_lifetime: float
    administrators: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Described:
    """What a discovery document says. asked: the issuer that it was asked for; hosts: of its URLs, with their ports."""

    asked: str
    issuer: str
    hosts: frozenset[str]

    @property
    def own(self) -> bool:
        """It is of this issuer, and leads to its host only."""
        return self.issuer == self.asked and self.hosts == frozenset({urlsplit(self.asked).netloc})


@dataclass(frozen=True, slots=True)
class Login:
    """How far a login gets at a relying party. arrived: what the provider shows there, if it leads to one."""

    start: Start | Page | NetworkFailure | Unseen
    arrived: LoginPage | Callback | Denied | NetworkFailure | Unseen | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A client as the provider has it. signature: of its ID tokens; "" for the realm's."""

    redirect_uris: tuple[str, ...]
    public: bool
    signature: str

    @property
    def open(self) -> bool:
        """One of its redirect URIs is a pattern: Keycloak takes a `*` at the end for any text."""
        return any(each[-1:] == "*" for each in self.redirect_uris)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the flow by which people sign in. level: how deep it is; a flow's own steps follow it, one deeper."""

    name: str
    requirement: str
    level: int


@dataclass(frozen=True, slots=True)
class Realm:
    """How a Keycloak is set up. code_lifetime: in seconds. clients: by relying party.

    groups_in: where it states groups, `ID_TOKEN` and `USERINFO`, in the scopes that relying parties ask for.
    """

    code_lifetime: float
    groups_in: frozenset[str]
    flow: tuple[Step, ...]
    clients: Mapping[str, Registered]

    @property
    def taken(self) -> frozenset[str]:
        """The steps of the flow that may be taken: neither they nor a flow that they are in is disabled."""
        return frozenset(_taken(self.flow))


def _taken(flow: Iterable[Step]) -> Iterator[str]:
    left_out: int | None = None
    for step in flow:
        if left_out is not None and step.level > left_out:
            continue
        left_out = step.level if step.requirement == DISABLED else None
        if left_out is None:
            yield step.name


@dataclass(frozen=True, slots=True)
class Look:
    """Identity at one moment, seen from the public internet.

    shown: by the provider's public name. described: by issuer. logins, exchanges: by relying party.
    exchanges: of a code that the provider never gave, with the secret that the application has.
    ahead: how many seconds the provider's clock is. gitea_groups: whose members Gitea makes administrators.
    waiting: what is held back in the cluster, but in namespaces of scenarios.
    """

    plan: Plan | Unseen
    shown: Handshake | NetworkFailure | Unseen
    described: Mapping[str, Described | Response | NetworkFailure | Unseen] | Unseen
    logins: Mapping[str, Login] | Unseen
    exchanges: Mapping[str, Tokens | RefusedExchange | NetworkFailure | Unseen] | Unseen
    realm: Realm | Unseen
    ahead: float | Unseen
    gitea_groups: tuple[str, ...] | Unseen
    waiting: tuple[Waiting, ...] | Unseen


def _identity(subject: Subject) -> Identity:
    if subject.inventory.identity is None:
        raise LookupError("the inventory has no [identity]")
    return subject.inventory.identity


def _host(subject: Subject) -> str:
    return host_of(_identity(subject).issuer)


def _applications(subject: Subject) -> Mapping[str, RelyingParty]:
    """Return the relying parties that can be asked, by name."""
    planned = subject.inventory.relying_parties
    return {name: party for name, party in planned.items() if name in APPLICATIONS}


def _plan(subject: Subject) -> Plan:
    groups = {name: party.admin_group or "" for name, party in subject.inventory.relying_parties.items()}
    return Plan(_host(subject), _identity(subject).code_lifetime, groups)


def _shown(subject: Subject) -> Handshake | NetworkFailure:
    outside, host = subject.vantages["internet"], _host(subject)
    return tls.handshake(outside, host, _HTTPS, host, subject.inventory.public_roots, timeout=QUICK)


def described(subject: Subject) -> Mapping[str, Described | Response | NetworkFailure | Unseen]:
    """Ask the provider, by its public name, for the discovery document of each client's issuer."""
    identity = _identity(subject)
    ids = [each.client_id for each in subject.inventory.relying_parties.values()] or [""]

    def ask(issuer: str) -> Described | Response | NetworkFailure:
        # Nothing secret is sent: who has the wrong certificate can still be asked who he is.
        address, outside = discovery.address_of(issuer), subject.vantages["internet"]
        answer = http.get(outside, address, verify=False, timeout=_SLOW)
        if isinstance(answer, NetworkFailure) or answer.status != _OK:
            return answer
        document = Discovery(issuer, answer.json())
        hosts = frozenset(urlsplit(url).netloc for url in document.endpoints.values())
        return Described(issuer, document.issuer, hosts)

    return _each(ask, sorted({identity.issuer_of(each) for each in ids}))


def _logins(subject: Subject) -> Mapping[str, Login]:
    kind, planned = _identity(subject).kind, _applications(subject)

    def ask(name: str) -> Login:
        walker = Walker(subject.vantages["internet"], subject.inventory.public_roots, timeout=_SLOW)
        start = tried(lambda: APPLICATIONS[name].begin(walker, planned[name]))
        if not isinstance(start, Start):
            return Login(start)
        return Login(start, tried(lambda: codes.arrive(walker, kind, start.location)))

    found = _each(ask, planned)
    return {name: Login(each) if isinstance(each, Unseen) else each for name, each in found.items()}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A client's secret, for as long as it takes to ask as this client."""

    value: str = field(repr=False)

    def reveal(self) -> str:
        return self.value


def _exchanges(subject: Subject) -> Mapping[str, Tokens | RefusedExchange | NetworkFailure | Unseen]:
    """Hand in a code that the provider never gave: whoever it knows by the secret is refused for the code alone."""
    identity, planned = _identity(subject), _applications(subject)
    outside, roots = subject.vantages["internet"], subject.inventory.public_roots

    def ask(name: str) -> Tokens | RefusedExchange | NetworkFailure:
        party = planned[name]
        found = discovery.discover(outside, identity.issuer_of(party.client_id), roots, timeout=_SLOW)
        endpoint = found.url("token_endpoint") if isinstance(found, Discovery) else ""
        place = urlsplit(identity.issuer)
        if urlsplit(endpoint)[:2] != place[:2]:
            raise LookupError(f"its token endpoint is not at {place.netloc}: {found}")
        client = Client(party.client_id, _kept(subject, name), party.redirect_uri)
        return tokens.exchange(outside, endpoint, client, "no-code", roots, timeout=_SLOW)

    return _each(ask, planned)


def _kept(subject: Subject, name: str) -> _Kept:
    credential = subject.inventory.credentials.get(f"{name}-client")
    kept = credential.kubernetes_secret if credential else None
    if kept is None:
        raise LookupError(f"the inventory has no [credentials.{name}-client] in the cluster")
    where = f"/api/v1/namespaces/{kept.namespace}/secrets/{kept.name}"
    value = part(subject.api().get(where, where, optional=True) or {}, "data").get(kept.key)
    if not value:
        raise LookupError(f"there is no {kept.key} in the Secret {kept.namespace}/{kept.name}")
    return _Kept(b64decode(value).decode())


def _realm(subject: Subject) -> Realm:
    """Ask the administration of a Keycloak; what another product answers is an error."""
    settings = _administration(subject, "")
    planned = subject.inventory.relying_parties
    asked = {scope for party in planned.values() for scope in party.scopes}
    known = {str(each["clientId"]): each for each in _administration(subject, "/clients")}
    clients = {name: known[party.client_id] for name, party in planned.items() if party.client_id in known}
    scopes = [each for each in _administration(subject, "/client-scopes") if each["name"] in asked]
    mappers = [part(one, "config") for owner in (*scopes, *clients.values()) for one in _mappers(owner)]
    stated = [each for each in mappers if each.get("claim.name") == "groups"]
    flow = quote(str(settings["browserFlow"]), safe="")
    steps = _administration(subject, f"/authentication/flows/{flow}/executions")
    return Realm(
        code_lifetime=float(settings["accessCodeLifespan"]),
        groups_in=frozenset(
            place for place in (ID_TOKEN, USERINFO) for each in stated if each.get(place) == "true"
        ),
        flow=tuple(map(_step, steps)),
        clients={name: _registered(each) for name, each in clients.items()},
    )


def _administration(subject: Subject, path: str) -> Any:
    if subject.administration is None:
        raise LookupError("the inventory has no [identity]")
    return subject.administration(path)


def _mappers(owner: JsonObject) -> list[JsonObject]:
    return parts(owner, "protocolMappers")


def _step(found: JsonObject) -> Step:
    name = found["displayName"] if found.get("authenticationFlow") else found["providerId"]
    return Step(str(name), str(found["requirement"]), int(found.get("level", 0)))


def _registered(client: JsonObject) -> Registered:
    return Registered(
        redirect_uris=tuple(map(str, client.get("redirectUris") or ())),
        public=bool(client.get("publicClient")),
        signature=part(client, "attributes").get("id.token.signed.response.alg") or "",
    )


def _ahead(subject: Subject) -> float:
    told = part(_administration(subject, "/admin/serverinfo"), "systemInfo").get("serverTime", "")
    there = datetime.strptime(told, _TIME).replace(tzinfo=UTC)
    return round((there - datetime.now(tz=UTC)).total_seconds())


def _gitea_groups(subject: Subject) -> tuple[str, ...]:
    return gitea.admin_groups(subject.api(), subject.inventory.services["gitea"].namespace)


def waiting(subject: Subject) -> tuple[Waiting, ...]:
    """Return what is held back in the cluster, but in namespaces of scenarios."""
    found = subject.ask(restarts.waiting)
    return tuple(each for each in found if each.namespace[: len(_SCRATCH)] != _SCRATCH)


def _each(ask: Callable[[str], T], names: Iterable[str]) -> dict[str, T | Unseen]:
    """Ask all at the same time; one that cannot be asked hides none of the others."""
    return at_once(lambda name: tried(lambda: ask(name)), names)


SIGHTS: Mapping[str, Sight] = {
    "plan": _plan,
    "shown": _shown,
    "described": described,
    "logins": _logins,
    "exchanges": _exchanges,
    "realm": _realm,
    "ahead": _ahead,
    "gitea_groups": _gitea_groups,
    "waiting": waiting,
}
