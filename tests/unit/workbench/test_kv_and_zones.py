"""Secrets in Vault and zones at the name server: below names of their own, and gone afterwards."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from probes import http, vault
from probes.http import Response
from probes.outcomes import CannotObserve, TimedOut
from probes.vault import VaultRefused
from probes.waiting import Patience
from provisioning.secret import Secret
from tests.unit.workbench.notes import ALIVE, DEAD, EVERYBODY_S, OLD, RUN
from workbench import making
from workbench.kv import KvFolders
from workbench.zones import Zones


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "REMOVED", Patience(within=0.0))


class Engine:
    """The engine of a Vault; sealed: it answers nothing else."""

    def __init__(self) -> None:
        self.kept: dict[str, list[dict[str, str]]] = {}
        self.sealed = False

    def create_or_update_secret(self, path: str, values: dict[str, str], *, mount_point: str) -> Any:
        assert mount_point == "kv"
        self.kept.setdefault(path, []).append(values)
        return {"data": {"version": len(self.kept[path])}}

    def list_secrets(self, path: str, *, mount_point: str) -> Any:
        assert mount_point == "kv"
        rest = [each.removeprefix(f"{path}/") for each in self.kept if each.startswith(f"{path}/")]
        keys = sorted({f"{one}/" if more else one for each in rest for one, more, _ in [each.partition("/")]})
        return {"data": {"keys": keys}} if keys else VaultRefused(404)

    def delete_metadata_and_all_versions(self, path: str, *, mount_point: str) -> Any:
        assert mount_point == "kv"
        self.kept.pop(path, None)
        return object()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    client = SimpleNamespace(secrets=SimpleNamespace(kv=SimpleNamespace(v2=made)))

    def ask(_door: Any, question: Any) -> Any:
        return VaultRefused(503, "it is sealed") if made.sealed else question(client)

    monkeypatch.setattr(vault, "ask", ask)
    return made


@pytest.fixture
def folders(engine: Engine) -> KvFolders:
    del engine
    servers: Any = SimpleNamespace(door=lambda: None, place=SimpleNamespace(name="a node"), engine="kv")
    return KvFolders(servers, RUN)


def test_secrets_are_below_a_name_of_their_own_and_go_with_all_versions(
    engine: Engine, folders: KvFolders
) -> None:
    engine.kept["platform/grafana"] = [{}]
    own = folders.make()
    assert (own.write("tea", leaf="green"), own.write("tea", leaf="black")) == (1, 2)
    own.write("a/deeper/one", leaf="white")
    assert own.path("tea") in engine.kept
    assert own.path("tea").startswith("clusterspec/clusterspec-")
    folders.remove()
    assert list(engine.kept) == ["platform/grafana"]
    folders.remove()


def test_a_vault_that_is_sealed_keeps_its_secrets_and_that_is_said(
    engine: Engine, folders: KvFolders
) -> None:
    own = folders.make()
    own.write("tea", leaf="green")
    engine.sealed = True
    assert own.write("tea", leaf="black") == VaultRefused(503)
    with pytest.raises(CannotObserve, match=r"removed from a node: Vault refused \(503\): it is sealed"):
        folders.remove()
    engine.sealed = False
    folders.remove()
    assert engine.kept == {}


def test_only_secrets_of_dead_runs_are_swept(engine: Engine, folders: KvFolders) -> None:
    engine.kept = {f"clusterspec/{name}/tea": [{}] for name in EVERYBODY_S}
    assert sorted(folders.sweep()) == sorted([DEAD, OLD])
    assert sorted(engine.kept) == sorted(
        f"clusterspec/{name}/tea" for name in EVERYBODY_S if name not in {DEAD, OLD}
    )


class Server:
    """PowerDNS' API, as far as it is about zones."""

    def __init__(self) -> None:
        self.zones: dict[str, Any] = {}
        self.away = False

    def request(self, _vantage: Any, method: str, url: str, **how: Any) -> Any:
        assert how["headers"]["X-API-Key"] == "a-key"
        name = url.partition("/zones")[2].strip("/")
        if self.away:
            return TimedOut(60.0)
        if method == "POST":
            zone = json.loads(how["body"])
            self.zones[zone["name"]] = zone
            return Response(201, body=how["body"])
        if method == "DELETE":
            return Response(204 if self.zones.pop(name, None) else 404)
        return Response(200, body=json.dumps([{"name": each} for each in self.zones]).encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(http, "request", made.request)
    return made


@pytest.fixture
def zones(server: Server) -> Zones:
    del server
    vantage: Any = SimpleNamespace(name="a node")
    return Zones(vantage, "192.0.2.1", Secret("powerdns-api", "a-key"), RUN)


def test_a_zone_is_filled_two_records_to_a_name_and_removed(server: Server, zones: Zones) -> None:
    server.zones["example.org."] = {}
    zone = zones.make()
    records = zone.fill(5)
    assert len(records) == 5
    assert {(each.rdtype, each.ttl) for each in records} == {("A", 60), ("TXT", 60)}
    assert len({each.name for each in records}) == 3
    sent = server.zones[zone.name]["rrsets"]
    assert {(each["name"], each["records"][0]["content"]) for each in sent} == {
        (each.name, each.data) for each in records
    }
    zones.remove()
    assert list(server.zones) == ["example.org."]


def test_a_zone_that_was_never_filled_is_no_failure(zones: Zones) -> None:
    zones.make()
    zones.remove()


def test_a_server_that_is_away_is_unknown(server: Server, zones: Zones) -> None:
    zone = zones.make()
    server.away = True
    with pytest.raises(CannotObserve, match="no answer within 60"):
        zone.fill(1)
    with pytest.raises(CannotObserve, match="removed from a node"):
        zones.remove()


def test_only_zones_of_dead_runs_are_swept(server: Server, zones: Zones) -> None:
    server.zones = {f"{name}.invalid.": {} for name in (DEAD, ALIVE)} | {f"{OLD}.example.org.": {}}
    assert list(zones.sweep()) == [DEAD]
    assert f"{DEAD}.invalid." not in server.zones
    assert len(server.zones) == 2
