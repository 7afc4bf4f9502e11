"""What servers of Vault's API (HashiCorp's Vault, OpenBao) say of themselves, of each other and of what they keep.

hvac speaks; its connections start at the vantage point. Each look takes at most twice the door's time-out.
Values that are kept are only ever returned as digests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast

import hvac
import hvac.exceptions
import requests

from probes import http
from probes.digests import digest
from probes.jsonobjects import JsonObject, parsed, part, parts
from probes.outcomes import Malformed, NetworkFailure, TimedOut, classify
from probes.pools import Bounded

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

T = TypeVar("T")
PORT = 8200
"""Where Vault serves clients."""
_NOWHERE = "https://nowhere.invalid/"
_hvac: Any = hvac
_errors: Any = hvac.exceptions
_STATUS: dict[Any, int] = {
    _errors.InvalidRequest: 400,
    _errors.Unauthorized: 401,
    _errors.Forbidden: 403,
    _errors.InvalidPath: 404,
    _errors.RateLimitExceeded: 429,
    _errors.InternalServerError: 500,
    _errors.VaultNotInitialized: 501,
    _errors.BadGateway: 502,
    _errors.VaultDown: 503,
}
"""The HTTP status behind each of hvac's exceptions, which do not say it themselves."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where Vault is asked, and as whom.

    url: "https://HOST:PORT". roots: PEM file of the authorities to trust; None for this machine's own.
    token: the file of the token to show; None for nobody. timeout: seconds for each wait.
    """

    vantage: Vantage
    url: str
    roots: Path | None = None
    token: Path | None = None
    timeout: float = 5.0


@dataclass(frozen=True, slots=True)
class VaultRefused(NetworkFailure):
    """Vault answered with an error of its own, such as that it is sealed. status: 0 where it is not known."""

    status: int
    reason: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"Vault refused ({self.status}): {self.reason}"


class State(StrEnum):
    """What a server is doing."""

    ACTIVE = "active"
    STANDBY = "standby"
    SEALED = "sealed"
    UNINITIALIZED = "uninitialized"


@dataclass(frozen=True, slots=True)
class Member:
    """One server, as it says itself. since: when it became active, UTC; None for all others."""

    name: str
    state: State
    version: str = field(default="", compare=False)
    since: datetime | None = None

    @property
    def unsealed(self) -> bool:
        """Whether it can read what is kept."""
        return self.state in (State.ACTIVE, State.STANDBY)

    def __str__(self) -> str:
        since = f" since {self.since:%H:%M:%S}" if self.since else ""
        return f"{self.name} is {self.state.value}{since}" + (f" ({self.version})" if self.version else "")


@dataclass(frozen=True, slots=True)
class Peer:
    """One member of the Raft cluster as its leader knows it. address: "HOST:PORT" that the others reach it at."""

    id: str
    address: str
    voter: bool
    leader: bool = False

    def __str__(self) -> str:
        role = "leads" if self.leader else "votes" if self.voter else "does not vote"
        return f"{self.id} at {self.address} {role}"


@dataclass(frozen=True, slots=True)
class Logins:
    """The ways to log in. kinds: by path, "kubernetes/": "kubernetes"."""

    kinds: Mapping[str, str]

    def __str__(self) -> str:
        return ", ".join(f"{kind} at {path}" for path, kind in self.kinds.items()) or "none"


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret of a KV engine, version 2. digests: of each value, by its key. created: of this version, UTC."""

    version: int
    digests: Mapping[str, str] = field(repr=False)
    created: datetime | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"version {self.version} with {', '.join(sorted(self.digests)) or 'nothing'}"


def ask(door: Door, call: Callable[[Any], T]) -> T | NetworkFailure:
    """Have hvac's client make one call; return what it returned, or what came instead of it.

    Raises:
        CannotObserve: as `Vantage.dial`.

    """
    token = door.token.read_text(encoding="utf-8").strip() if door.token else ""
    with (
        Bounded(door.vantage, 2 * door.timeout) as bounded,
        http.session(bounded, verify=door.roots or True, timeout=door.timeout) as web,
    ):
        client = _hvac.Client(
            url=door.url, token=token, session=web, timeout=door.timeout, allow_redirects=False
        )
        try:
            reply = call(client)
        except _errors.VaultError as error:
            return VaultRefused(_STATUS.get(type(error), 0), _reason(str(error.text or "")))
        except (requests.RequestException, OSError) as error:
            failure = TimedOut(door.timeout) if bounded.expired else classify(error, after=door.timeout)
            if failure is None:
                raise
            return failure
    if isinstance(reply, requests.Response) and reply.is_redirect:  # a standby that knows of no leader to ask
        return VaultRefused(reply.status_code, f"it says to ask {reply.headers.get('Location', 'another')}")
    return reply


def _reason(text: str) -> str:
    """Return why Vault refused, in its own words; what it sends is "errors", a list of sentences."""
    said = ", ".join(map(str, (parsed(text.encode()) or {}).get("errors") or ())) or text
    return " ".join(said[:300].split()) or "no reason given"


def member(door: Door, name: str) -> Member | NetworkFailure:
    """Return what this server says of itself; it needs no token and no other server."""
    health = _told(door, lambda client: client.sys.read_health_status(method="GET"))
    if isinstance(health, NetworkFailure):
        return health
    if "sealed" not in health:
        return Malformed(f"not the health of a Vault: {str(health)[:200]}")
    state, version = _state(health), str(health.get("version", ""))
    if state is not State.ACTIVE:
        return Member(name, state, version)
    leader = _told(door, lambda client: client.sys.read_leader_status())
    if isinstance(leader, NetworkFailure):
        return leader
    return Member(name, state, version, _moment(leader.get("active_time")))


def _state(health: JsonObject) -> State:
    if not health.get("initialized"):
        return State.UNINITIALIZED
    if health["sealed"]:
        return State.SEALED
    return State.STANDBY if health.get("standby") else State.ACTIVE


def peers(door: Door) -> tuple[Peer, ...] | NetworkFailure:
    """Return the members of the Raft cluster, sorted by id, as the leader knows them; needs a token."""
    reply = _told(door, lambda client: client.sys.read_raft_config())
    if isinstance(reply, NetworkFailure):
        return reply
    found = (
        Peer(str(one["node_id"]), str(one["address"]), bool(one.get("voter")), bool(one.get("leader")))
        for one in parts(reply, "data", "config", "servers")
    )
    return tuple(sorted(found, key=lambda one: one.id))


def engines(door: Door) -> Mapping[str, str] | NetworkFailure:
    """Return which engine keeps secrets where ("kv/": "kv version 2", "sys/": "system"); needs a token."""
    return _mounts(door, lambda client: client.sys.list_mounted_secrets_engines())


def logins(door: Door) -> Logins | NetworkFailure:
    """Return which ways there are to log in; needs a token."""
    found = _mounts(door, lambda client: client.sys.list_auth_methods())
    return found if isinstance(found, NetworkFailure) else Logins(found)


def knows_role(door: Door, kind: str, path: str, role: str) -> bool | NetworkFailure:
    """Tell whether logins of a kind ("kubernetes", "oidc"), at this path, are taken in a role.

    Asked for is a login that can come to nothing: its token is none, its address nobody's. Where no such way is, Vault
    says no more than that it is not permitted, which is no word against the role.
    """
    mount = path.strip("/")
    reply = ask(
        door,
        (lambda client: client.auth.kubernetes.login(role, "no token", use_token=False, mount_point=mount))
        if kind == "kubernetes"
        else (lambda client: client.auth.jwt.oidc_authorization_url_request(role, _NOWHERE, path=mount)),
    )
    if not isinstance(reply, VaultRefused):
        return reply if isinstance(reply, NetworkFailure) else True
    if reply.status not in {_STATUS[_errors.InvalidRequest], _STATUS[_errors.Forbidden]}:
        return reply
    return f'"{role}"' not in reply.reason


def kept(door: Door, mount: str, path: str, version: int | None = None) -> Kept | NetworkFailure | None:
    """Return a secret, in its latest version or another one; None where there is none, or no longer."""
    reply = _told(
        door,
        lambda client: client.secrets.kv.v2.read_secret_version(
            path, version=version, mount_point=mount.strip("/"), raise_on_deleted_version=True
        ),
    )
    if isinstance(reply, VaultRefused) and reply.status == 404:  # noqa: PLR2004 - what HTTP calls it
        return None
    if isinstance(reply, NetworkFailure):
        return reply
    about = part(reply, "data", "metadata")
    values = {key: digest(_text(value)) for key, value in part(reply, "data", "data").items()}
    return Kept(int(about.get("version", 0)), values, _moment(about.get("created_time")))


def _mounts(door: Door, call: Callable[[Any], Any]) -> Mapping[str, str] | NetworkFailure:
    reply = _told(door, call)
    if isinstance(reply, NetworkFailure):
        return reply
    return {path: _described(one) for path, one in sorted(part(reply, "data").items())}


def _described(mount: JsonObject) -> str:
    version = part(mount, "options").get("version")
    return str(mount.get("type", "")) + (f" version {version}" if version else "")


def _told(door: Door, call: Callable[[Any], Any]) -> JsonObject | NetworkFailure:
    """Return the JSON object of an answer, whatever its status; hvac parses only those with 200."""
    reply = ask(door, call)
    if isinstance(reply, NetworkFailure):
        return reply
    if isinstance(reply, requests.Response):
        return parsed(reply.content) or {}
    return cast("JsonObject", reply) if isinstance(reply, dict) else {}


def _text(value: object) -> str:
    """Return a value as a Secret of Kubernetes would have it."""
    return value if isinstance(value, str) else str(value)


def _moment(text: str | None) -> datetime | None:
    """Vault counts nanoseconds; Python reads no more than nine digits and keeps six. "0001" stands for never."""
    return datetime.fromisoformat(text) if text and not text.startswith("0001") else None
