"""How three replicas become one Vault, and how what it holds is made right without being written twice."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from inventory import load
from provisioning.lab.units import credentials
from provisioning.lab.units.layer_02_services import vault, vault_api, vault_configuration
from provisioning.lab.units.layer_02_services.vault import Replica
from provisioning.lab.units.layer_02_services.vault_api import Refused
from provisioning.secret import Secret

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

LAB = cast("Lab", SimpleNamespace(inventory=load(Path(__file__).parents[3] / "inventories" / "lab.toml")))
TOKEN = "the-root-token"


class Server:
    """Three replicas that answer as OpenBao does, in as far as they are asked here."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ca: Path) -> None:
        self.ca = ca
        self.sent: list[tuple[str, str, str]] = []
        self.stored: dict[str, Any] = {}
        self.members: list[str] = []
        self.kept: dict[str, Secret] = {}
        monkeypatch.setattr(vault_api, "connect", self.connect)
        monkeypatch.setattr(vault_api, "as_root", self.connect)
        monkeypatch.setattr(credentials, "add", lambda _lab, _name, _within, values: self.kept.update(values))

    def connect(self, _lab: Lab, name: str = "instance", **_more: object) -> object:
        def send(method: str, path: str, body: Any = None, **_: float) -> dict[str, Any]:
            return self.send(name, method, path, body)

        return SimpleNamespace(get=self.get, send=send, roots=self.ca)

    def get(self, path: str) -> dict[str, Any] | None:
        if path == "sys/storage/raft/configuration":
            servers = [{"node_id": name, "voter": True} for name in self.members]
            return {"data": {"config": {"servers": servers}}}
        return {"data": self.stored[path]} if path in self.stored else None

    def send(self, name: str, method: str, path: str, body: Any) -> dict[str, Any]:
        self.sent.append((name, method, path))
        if path == "sys/init":
            self.members.append(name)
            return {"root_token": TOKEN, "recovery_keys_base64": ["recovery"]}
        if path.endswith("raft/join"):
            assert body["leader_api_addr"] == "https://instance-0.vault.svc.cluster.local:8200"
            self.members.append(name)
        elif path.startswith("kv/data/"):
            if path in self.stored:
                raise Refused("check-and-set parameter did not match the current version")
            self.stored[path] = {"data": body["data"]}
        elif path.startswith(("sys/mounts/", "sys/auth/")):
            folder, _, mount = path.rpartition("/")
            self.stored.setdefault(folder, {})[f"{mount}/"] = body
        else:
            self.stored[path] = dict(body)
        return {}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    ca = tmp_path / "ca.pem"
    ca.write_text("the authority")
    return Server(monkeypatch, ca)


def replicas(*states: str) -> tuple[Replica, ...]:
    """Return one replica for each word: "new", "sealed" or "open"."""
    return tuple(
        Replica(f"instance-{number}", initialized=state != "new", sealed=state != "open")
        for number, state in enumerate(states)
    )


def test_the_first_is_initialized_once_and_its_token_is_kept_at_once(server: Server) -> None:
    assert vault.together(LAB, replicas("new", "new", "new"))
    assert server.sent == [("instance-0", "PUT", "sys/init")]
    assert server.kept["vault-root"].reveal() == TOKEN
    assert TOKEN not in repr(server.kept)


def test_nobody_is_initialized_beside_one_that_is_sealed(server: Server) -> None:
    assert vault.together(LAB, replicas("sealed", "new", "new")) == ("no replica is unsealed",)
    assert server.sent == []


def test_the_others_join_the_one_that_is_open(server: Server) -> None:
    server.members = ["instance-0"]
    assert vault.together(LAB, replicas("open", "new", "new")) == ()
    joined = [name for name, _, path in server.sent if path.endswith("raft/join")]
    assert joined == ["instance-1", "instance-2"]


def test_a_second_time_changes_nothing(server: Server) -> None:
    server.members = ["instance-0", "instance-1", "instance-2"]
    vault.together(LAB, replicas("open", "open", "open"))
    server.sent.clear()
    assert vault.together(LAB, replicas("open", "open", "open")) == ()
    assert server.sent == []


def test_a_sealed_replica_is_named(server: Server) -> None:
    server.members = ["instance-0", "instance-1", "instance-2"]
    assert vault.together(LAB, replicas("open", "sealed", "open")) == ("instance-1 is sealed",)


def test_who_does_not_vote_is_named() -> None:
    servers = [{"node_id": "instance-0", "voter": True}, {"node_id": "instance-1", "voter": False}]
    found = vault.not_voting({"data": {"config": {"servers": servers}}})
    assert found == ("instance-1 does not vote yet", "instance-2 does not vote yet")


def test_what_vault_holds_is_written_once(server: Server) -> None:
    vault_configuration.correct(LAB)
    drawn = {path: kept["data"] for path, kept in server.stored.items() if path.startswith("kv/data/")}
    assert set(drawn) == {f"kv/data/sso/{party}" for party in LAB.inventory.relying_parties}
    assert len({data["client_secret"] for data in drawn.values()}) == len(drawn)
    server.sent.clear()
    vault_configuration.correct(LAB)
    assert server.sent == []


def test_a_secret_that_somebody_has_written_meanwhile_stays(server: Server) -> None:
    vault_configuration.correct(LAB)
    kept = server.stored["kv/data/sso/gitea"]
    get = server.get
    server.get = lambda path: None if path == "kv/data/sso/gitea" else get(path)
    assert "check-and-set" in vault_configuration.refused(LAB)
    assert server.stored["kv/data/sso/gitea"] == kept
