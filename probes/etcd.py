"""Members and state of an etcd cluster, as one of its endpoints tells them (HTTP/JSON gateway of API v3)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from probes import http
from probes.jsonobjects import JsonObject, parsed, part, parts
from probes.outcomes import Malformed, NetworkFailure

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

_OK = 200


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files to speak to etcd with: its authority, a client certificate and the key of that."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True, slots=True)
class EtcdRefused(NetworkFailure):
    """The endpoint answered with an error of its own, such as that there is no leader."""

    status: int
    reason: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"etcd refused ({self.status}): {self.reason}"


@dataclass(frozen=True, slots=True)
class Member:
    """One member as the cluster knows it; that it is listed does not mean that it is alive. id in hex."""

    id: str
    name: str
    peer_urls: tuple[str, ...]
    client_urls: tuple[str, ...]
    learner: bool = False

    def __str__(self) -> str:
        """Read as a phrase."""
        learner = " (learner)" if self.learner else ""
        return f"{self.name or '(not started)'} at {', '.join(self.peer_urls)}{learner}"


@dataclass(frozen=True, slots=True)
class Status:
    """What the asked endpoint says of itself. ids in hex, `leader` "" when it knows none; size in bytes."""

    member: str
    leader: str
    version: str
    learner: bool = False
    errors: tuple[str, ...] = ()
    raft_term: int = field(default=0, compare=False)
    database_bytes: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        role = f"follows {self.leader}" if self.leader else "knows no leader"
        role = "leads" if self.leader and self.leader == self.member else role
        errors = f", errors: {'; '.join(self.errors)}" if self.errors else ""
        return f"{self.member} {role}, etcd {self.version}{errors}"


def members(
    vantage: Vantage, endpoint: str, certs: Certificates, timeout: float = 5.0, *, linearizable: bool = True
) -> tuple[Member, ...] | NetworkFailure:
    """Return the members, sorted by name; in `timeout` seconds at most.

    linearizable: have a quorum confirm the list (EtcdRefused or TimedOut without one); else it is the
        endpoint's own idea, which may be old.
    """
    reply = _ask(
        vantage, endpoint, certs, "/v3/cluster/member/list", {"linearizable": linearizable}, timeout=timeout
    )
    if isinstance(reply, NetworkFailure):
        return reply
    found = (
        Member(
            id=_hex(entry.get("ID")),
            name=entry.get("name", ""),
            peer_urls=tuple(sorted(entry.get("peerURLs", ()))),
            client_urls=tuple(sorted(entry.get("clientURLs", ()))),
            learner=bool(entry.get("isLearner")),
        )
        for entry in parts(reply, "members")
    )
    return tuple(sorted(found, key=lambda member: (member.name, member.id)))


def status(
    vantage: Vantage, endpoint: str, certs: Certificates, timeout: float = 5.0
) -> Status | NetworkFailure:
    """Return what this endpoint says of itself; in `timeout` seconds at most. It needs no quorum."""
    reply = _ask(vantage, endpoint, certs, "/v3/maintenance/status", {}, timeout=timeout)
    if isinstance(reply, NetworkFailure):
        return reply
    return Status(
        member=_hex(part(reply, "header").get("member_id")),
        leader=_hex(reply.get("leader")),
        version=reply.get("version", ""),
        learner=bool(reply.get("isLearner")),
        errors=tuple(reply.get("errors", ())),
        raft_term=int(reply.get("raftTerm", 0)),
        database_bytes=int(reply.get("dbSize", 0)),
    )


def _ask(
    vantage: Vantage, endpoint: str, certs: Certificates, path: str, body: JsonObject, *, timeout: float
) -> JsonObject | NetworkFailure:
    reply = http.request(
        vantage,
        "POST",
        endpoint.rstrip("/") + path,
        verify=certs.ca,
        cert=(certs.cert, certs.key),
        headers={"Content-Type": "application/json"},
        body=json.dumps(body).encode(),
        timeout=timeout,
    )
    if isinstance(reply, NetworkFailure):
        return reply
    said = parsed(reply.body)
    if reply.status != _OK:
        reason = reply.text if said is None else said.get("message") or said.get("error")
        return EtcdRefused(reply.status, str(reason or "no reason given"))
    return Malformed(f"not a JSON object: {reply.text[:200]!r}") if said is None else said


def _hex(number: str | int | None) -> str:
    """JSON carries the 64-bit ids as decimal texts; etcd's own tools show them in hex."""
    return f"{int(number):x}" if number and int(number) else ""
