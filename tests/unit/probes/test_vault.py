"""Vault's API as OpenBao 2.7 answered it, and what becomes of answers that are none."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probes import vault
from probes.digests import digest
from probes.outcomes import Malformed, NetworkFailure, Refused, TimedOut, Truncated, Untrusted
from probes.vantage import LocalVantage
from probes.vault import Door, Kept, Member, Peer, State, VaultRefused
from tests.unit.probes.servers import Authority, Talk, WebServer

HEALTH = {"initialized": True, "sealed": False, "standby": False, "version": "2.7.2", "cluster_name": "c"}
SEALED = {"initialized": True, "sealed": True, "standby": True, "version": "2.7.2"}
LEADER = {
    "ha_enabled": True,
    "is_self": True,
    "active_time": "2026-11-24T20:52:42.593178249Z",
    "leader_address": "https://instance-0.vault.svc:8200",
}
RAFT = {
    "data": {
        "config": {
            "servers": [
                {"node_id": "instance-1", "address": "b:8201", "leader": False, "voter": False},
                {"node_id": "instance-0", "address": "a:8201", "leader": True, "voter": True},
            ],
            "index": 0,
        }
    }
}
MOUNTS = {
    "kv/": {"type": "kv", "options": {"version": "2"}},
    "sys/": {"type": "system", "options": None},
}
SECRET = {
    "data": {
        "data": {"client_id": "gitea", "port": 8443},
        "metadata": {
            "created_time": "2026-11-24T20:56:00.233018003Z",
            "deletion_time": "",
            "destroyed": False,
            "version": 3,
        },
    }
}


@pytest.fixture
def door(here: LocalVantage, web: WebServer, tmp_path: Path) -> Door:
    (tmp_path / "token").write_text("s.rootroot\n")
    return Door(here, web.url, token=tmp_path / "token", timeout=5)


@pytest.mark.parametrize(
    ("status", "health", "state"),
    [
        (429, {**HEALTH, "standby": True}, State.STANDBY),
        (503, SEALED, State.SEALED),
        (501, {**SEALED, "initialized": False}, State.UNINITIALIZED),
    ],
)
def test_tells_what_a_server_does(
    door: Door, web: WebServer, status: int, health: dict[str, object], state: State
) -> None:
    web.replies["/v1/sys/health"] = (status, health)
    found = vault.member(door, "instance-0")
    assert found == Member("instance-0", state)
    assert isinstance(found, Member)
    assert found.unsealed is (state is State.STANDBY)
    assert str(found) == f"instance-0 is {state.value} (2.7.2)"


def test_tells_since_when_the_active_one_is(door: Door, web: WebServer) -> None:
    web.replies["/v1/sys/health"] = (200, HEALTH)
    web.replies["/v1/sys/leader"] = (200, LEADER)
    found = vault.member(door, "instance-0")
    since = datetime(2026, 11, 24, 20, 52, 42, 593178, tzinfo=UTC)
    assert found == Member("instance-0", State.ACTIVE, "2.7.2", since)
    assert found != Member("instance-0", State.ACTIVE, "2.7.2", datetime.now(UTC)), "it was elected anew"
    assert str(found) == "instance-0 is active since 20:52:42 (2.7.2)"
    web.replies["/v1/sys/leader"] = (200, {**LEADER, "active_time": "0001-01-01T00:00:00Z"})
    assert vault.member(door, "instance-0") == Member("instance-0", State.ACTIVE)


def test_what_is_no_vault_is_not_taken_for_one(door: Door, web: WebServer) -> None:
    web.replies["/v1/sys/health"] = (200, b"<html>")
    assert isinstance(vault.member(door, "x"), Malformed)
    web.replies["/v1/sys/health"] = (404, {"errors": []})
    assert isinstance(vault.member(door, "x"), Malformed)


def test_lists_the_voters_with_a_token(door: Door, web: WebServer) -> None:
    web.replies["/v1/sys/storage/raft/configuration"] = (200, RAFT)
    found = vault.peers(door)
    assert isinstance(found, tuple)
    assert found == (
        Peer("instance-0", "a:8201", voter=True, leader=True),
        Peer("instance-1", "b:8201", voter=False),
    )
    assert [str(one) for one in found] == ["instance-0 at a:8201 leads", "instance-1 at b:8201 does not vote"]
    assert web.asked[0][2]["X-Vault-Token"] == "s.rootroot"


def test_lists_engines_and_logins(door: Door, web: WebServer) -> None:
    web.replies["/v1/sys/mounts"] = (200, {**MOUNTS, "data": MOUNTS})
    web.replies["/v1/sys/auth"] = (200, {"data": {"oidc/": {"type": "oidc", "options": None}}})
    assert vault.engines(door) == {"kv/": "kv version 2", "sys/": "system"}
    found = vault.logins(door)
    assert found == vault.Logins({"oidc/": "oidc"})
    assert str(found) == "oidc at oidc/"


@pytest.mark.parametrize(
    ("kind", "asked"), [("kubernetes", "kubernetes/login"), ("oidc", "oidc/oidc/auth_url")]
)
@pytest.mark.parametrize(
    ("status", "said", "known"),
    [
        (200, None, True),
        (403, "permission denied", True),
        (400, "no address of this role's", True),
        (400, 'invalid role name "reader"', False),
        (400, 'role "reader" could not be found', False),
        (503, "Vault is sealed", VaultRefused(503)),
    ],
)
def test_tells_whether_a_role_is_known(
    door: Door,
    web: WebServer,
    kind: str,
    asked: str,
    status: int,
    said: str | None,
    known: bool | VaultRefused,  # noqa: FBT001 - a value of the table
) -> None:
    reply = {"errors": [said]} if said else {"data": {"auth_url": ""}, "auth": {}}
    web.replies[f"/v1/auth/{asked}"] = (status, reply)
    assert vault.knows_role(door, kind, f"{kind}/", "reader") == known


def test_reads_a_secret_without_showing_it(door: Door, web: WebServer) -> None:
    web.replies["/v1/kv/data/sso/gitea"] = (200, SECRET)
    web.replies["/v1/kv/data/sso/gitea?version=3"] = (200, SECRET)
    found = vault.kept(door, "kv/", "sso/gitea")
    assert found == Kept(3, {"client_id": digest("gitea"), "port": digest("8443")})
    assert found == vault.kept(door, "kv", "sso/gitea", 3)
    assert str(found) == "version 3 with client_id, port"
    assert "8443" not in repr(found)


def test_an_absent_secret_is_none_and_a_forbidden_one_is_not(door: Door, web: WebServer) -> None:
    web.replies["/v1/kv/data/gone"] = (404, {"errors": []})
    web.replies["/v1/kv/data/mine"] = (403, {"errors": ["permission denied"]})
    web.replies["/v1/kv/data/sealed"] = (503, {"errors": ["Vault is sealed"]})
    assert vault.kept(door, "kv", "gone") is None
    forbidden = vault.kept(door, "kv", "mine")
    assert forbidden == VaultRefused(403)
    assert str(forbidden) == "Vault refused (403): permission denied"
    assert vault.kept(door, "kv", "sealed") == VaultRefused(503)


def test_nobody_shows_no_token_whatever_the_environment_has(
    door: Door, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "s.of-the-environment")
    web.replies["/v1/kv/data/mine"] = (403, {"errors": ["permission denied"]})
    anonymous = Door(door.vantage, door.url, timeout=5)
    assert vault.kept(anonymous, "kv", "mine") == VaultRefused(403)
    assert "X-Vault-Token" not in web.asked[0][2]


def test_failures_of_the_network_are_values(here: LocalVantage, talking: Callable[[Talk], int]) -> None:
    def said(talk: Talk) -> Member | NetworkFailure:
        return vault.member(Door(here, f"http://127.0.0.1:{talking(talk)}", timeout=0.2), "x")

    assert vault.member(Door(here, "http://127.0.0.1:1"), "x") == Refused()
    assert said(lambda connection: connection.recv(1000)) == Truncated("closed without an answer")
    assert said(lambda connection: [connection.recv(1) for _ in range(10_000)]) == TimedOut()


def test_only_the_clusters_own_authority_is_trusted(
    here: LocalVantage, talking: Callable[[Talk], int], tmp_path: Path
) -> None:
    context = Authority.made(tmp_path, "ours").server("127.0.0.1")

    def refused(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)

    other = Authority.made(tmp_path, "other").file
    found = vault.member(Door(here, f"https://127.0.0.1:{talking(refused)}", other, timeout=1.0), "x")
    assert isinstance(found, Untrusted)


def test_a_standby_that_knows_no_leader_sends_away(
    here: LocalVantage, talking: Callable[[Talk], int]
) -> None:
    def sent_away(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(
            b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://b:8200\r\nContent-Length: 0\r\n\r\n"
        )

    found = vault.kept(Door(here, f"http://127.0.0.1:{talking(sent_away)}", timeout=1.0), "kv", "note")
    assert str(found) == "Vault refused (307): it says to ask https://b:8200"
