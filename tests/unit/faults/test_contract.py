"""What every kind promises, tried on doubles of the API, hosts, files, name servers and a provider."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from faults import reach
from faults.fault import Kind
from faults.kinds import files, identity, kubernetes, network, process, secrets, zones
from faults.kinds.base import Addition, Change
from faults.kinds.together import Together
from tests.unit.faults.made import target

APPS, CORE = "/apis/apps/v1/namespaces/space/deployments", "/api/v1/namespaces/space"
ASKED = "/apis/external-secrets.io/v1beta1/namespaces/space/externalsecrets"
CONTAINER = {"name": "c", "image": "i", "args": ["--level=1"], "env": [{"name": "A", "value": "1"}]}
KEY = "/api/v1/namespaces/space/secrets/key"


def deployment(name: str) -> dict[str, Any]:
    spec = {"replicas": 1, "template": {"metadata": {}, "spec": {"containers": [CONTAINER]}}}
    status = {"readyReplicas": 1, "replicas": 1}
    return {"kind": "Deployment", "metadata": {"name": name}, "spec": spec, "status": status}


class World:
    """All that can be broken here. After `limit` changes each further one fails."""

    def __init__(self, folder: Path) -> None:
        self.objects: dict[str, Any] = {
            f"{APPS}/app": deployment("app"),
            f"{CORE}/configmaps/config": {"metadata": {"name": "config"}, "data": {"text": "to=10.0.3.3"}},
            f"{CORE}/ingresses/site": {
                "metadata": {"name": "site"},
                "spec": {"rules": [{"host": "a", "http": {"paths": [{"path": "/"}]}}]},
            },
            f"{CORE}/secrets/given": {"metadata": {"name": "given"}, "data": {"key": "b25l"}},
            KEY: {
                "apiVersion": "v1",
                "kind": "Secret",
                "type": "kubernetes.io/tls",
                "metadata": {
                    "name": "key",
                    "labels": {"sealedsecrets.bitnami.com/sealed-secrets-key": "active"},
                },
                "data": {"tls.key": "b25l"},
            },
            f"{ASKED}/given": {"metadata": {"name": "given"}, "spec": {"refreshInterval": "1h"}},
        }
        self.network: dict[str, Any] = {"mtu": "1280", "forwards": "0", "routes": {}, "rules": set()}
        self.zone: dict[str, list[str]] = {"ns2 A": ["192.0.2.1"], "@ NS": ["ns1.x."]}
        self.meta: dict[str, list[str]] = {"RIGHT": ["a", "b"]}
        self.zone_kind = "native"
        self.provider: dict[str, Any] = {
            "realm": {"life": 60, "browserFlow": "browser"},
            "client": {"clientId": "gitea", "public": False, "attributes": {}},
            "mapper": {"name": "groups", "config": {"claim": "true"}},
            "step": {"providerId": "outsiders", "requirement": "REQUIRED"},
        }
        self.down: set[str] = set()
        self.folder = folder
        self.limit = 1000
        for file in ("etc/conf", "etc/s6/prog/run", "run/service/prog/run"):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text("exec prog --level=1 --name=a.b\n")

    def state(self) -> object:
        held = {key: value for key, value in vars(self).items() if key not in {"folder", "limit"}}
        texts = {str(each): each.read_text() for each in sorted(self.folder.rglob("*")) if each.is_file()}
        return copy.deepcopy((held, texts))

    def change(self) -> None:
        self.limit -= 1
        if self.limit < 0:
            raise OSError("interrupted")

    # the API

    def get(self, _what: str, path: str, *, optional: bool = False) -> Any:
        assert optional or path in self.objects
        return copy.deepcopy(self.objects.get(path))

    def list(self, *_asked: object, **_words: object) -> list[Any]:
        return []

    def request(self, method: str, path: str, *, body: Any, **_words: object) -> Any:
        self.change()
        collection = path.rstrip("/")
        if method == "PATCH":
            self.objects[path] = kubernetes.merged(self.objects[path], body)
        elif method == "DELETE":
            return SimpleNamespace(status=404 if self.objects.pop(path, None) is None else 200)
        elif f"{collection}/{body['metadata']['name']}" in self.objects:
            return SimpleNamespace(status=409)
        else:
            self.objects[f"{collection}/{body['metadata']['name']}"] = body
            if collection == ASKED:  # its controller makes the Secret
                self.objects[f"{CORE}/secrets/given"] = {
                    "metadata": {"name": "given"},
                    "data": {"key": "b25l"},
                }
        return SimpleNamespace(status=200)

    # hosts

    def within(self, _target: object, _host: str, *argv: str) -> str:
        words, net = " ".join(argv), self.network
        routes, rules = net["routes"], net["rules"]
        if words.startswith("ip -json -4 route show"):
            route = {"gateway": routes.get(argv[-1], ""), "dev": "eth0"}
            return json.dumps([route] if argv[-1] in routes else [])
        if words in {"ip -4 -oneline address", "ip rule"}:
            return "\n".join(f"99: {each} " for each in sorted(rules))
        if words.startswith("ip -json link"):
            return json.dumps([{"mtu": int(net["mtu"])}])
        if argv[:2] == ("sysctl", "-n"):
            return net["forwards"]
        return self._command(argv)

    def _command(self, argv: tuple[str, ...]) -> str:
        net, routes, rules = self.network, self.network["routes"], self.network["rules"]
        verb = next((each for each in argv if each in {"-C", "-I", "-D", "add", "del", "replace"}), "set")
        known = " ".join(argv).replace(f" {verb} ", " ", 1)
        if verb == "-C":
            if known not in rules:
                raise OSError("iptables ended (1)")
            return ""
        self.change()
        if argv[1] == "route":
            routes.pop(argv[3], None) if verb == "del" else routes.update({argv[3]: argv[5]})
        elif "mtu" in argv:
            net["mtu"] = argv[-1]
        elif argv[0] == "sysctl":
            net["forwards"] = argv[-1].rpartition("=")[2]
        elif verb in {"del", "-D"}:
            rules.remove(known)
        else:
            assert verb == "replace" or known not in rules
            rules.add(known)
        return ""

    def stop(self, host: str, program: str) -> None:
        self.change()
        self.down.add(f"{host} {program}")

    def start(self, host: str, program: str) -> None:
        self.change()
        self.down.discard(f"{host} {program}")

    pause, resume = stop, start

    def off(self, host: str) -> None:
        self.stop(host, "power")

    def on(self, host: str) -> None:
        self.start(host, "power")

    def is_on(self, host: str) -> bool:
        return f"{host} power" not in self.down

    # name servers

    def run(self, _target: object, _at: str, _program: str, verb: str, zone: str, *words: str) -> str:
        if verb == "list-zone":
            lines = [(key.split(), value) for key, values in self.zone.items() for value in values]
            names = {"@": zone}
            return "".join(
                f"{names.get(name, f'{name}.{zone}')}.\t60\tIN\t{kind}\t{value}\n"
                for (name, kind), value in lines
            )
        if verb == "get-meta":
            return "".join(f"{key} = {', '.join(values)}\n" for key, values in self.meta.items())
        self.change()
        if verb == "replace-rrset":
            self.zone[f"{words[0]} {words[1]}"] = list(words[3:])
        elif verb == "delete-rrset":
            self.zone.pop(f"{words[0]} {words[1]}", None)
        elif verb == "set-meta":
            self.meta[words[0]] = list(words[1:])
        elif verb == "set-kind":
            self.zone_kind = words[0]
        return ""

    # the provider

    def realm(self) -> Any:
        return dict(self.provider["realm"])

    def put_realm(self, settings: Mapping[str, Any]) -> None:
        self.change()
        self.provider["realm"].update(settings)

    def client(self, _id: str) -> Any:
        return copy.deepcopy(self.provider["client"])

    def put_client(self, wanted: Mapping[str, Any]) -> None:
        self.change()
        attributes = {key: value for key, value in wanted["attributes"].items() if value}
        self.provider["client"] = {**self.provider["client"], **wanted, "attributes": attributes}

    def scope(self, _name: str) -> Any:
        return {"protocolMappers": [dict(self.provider["mapper"])]}

    def put_scope(self, wanted: Mapping[str, Any]) -> None:
        self.change()
        (self.provider["mapper"],) = wanted["protocolMappers"]

    def call(self, _verb: str, _path: str, body: Mapping[str, Any]) -> None:
        self.change()
        self.provider["step"] = dict(body)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    lab = SimpleNamespace(root=lambda _host: tmp_path, persistent=tmp_path / "etc")
    for name, value in {
        "api": made,
        "lab": lab,
        "lab_of": lab,
        "processes": made,
        "power": made,
        "is_on": False,
    }.items():
        monkeypatch.setattr(reach, name, lambda *_asked, value=value: value)
    monkeypatch.setattr(reach, "within", made.within)
    monkeypatch.setattr(reach, "runs", lambda _target, host, program: f"{host} {program}" not in made.down)
    monkeypatch.setattr(zones, "run", made.run)
    monkeypatch.setattr(zones, "place", lambda *_asked: None)
    monkeypatch.setattr(zones.powerdns, "zone_kind", lambda *_asked: made.zone_kind)
    monkeypatch.setattr(identity, "keycloak", lambda _target: made)
    monkeypatch.setattr(identity, "steps", lambda known: [dict(known.provider["step"])])
    return made


def _again(folder: Path) -> None:
    (folder / "conf").write_text("made anew\n")


KINDS: Mapping[str, Kind] = {
    "object": kubernetes.ObjectChanged(f"{APPS}/app", {"metadata": {"labels": {"a": "b"}}}),
    "object replaced": kubernetes.ObjectReplaced(f"{APPS}/app", {"spec": {"paused": True}}),
    "ConfigMap": kubernetes.ConfigMapChanged(
        f"{CORE}/configmaps/config", "text", (("to={dns}", "to={ingress}"),), f"{APPS}/app"
    ),
    "arguments": kubernetes.ContainerArgsChanged(f"{APPS}/app", (("1", "2"),)),
    "environment": kubernetes.ContainerEnvironmentChanged(f"{APPS}/app", {"A": "2"}),
    "Ingress": kubernetes.IngressPathsChanged(f"{CORE}/ingresses/site", "/elsewhere"),
    "object created": kubernetes.ObjectCreated(
        APPS, deployment("more"), {"metadata": {"labels": {"a": "b"}}}
    ),
    "Secret withdrawn": secrets.SecretWithdrawn("space", "given", "app"),
    "Secret overwritten": secrets.SecretOverwritten("space", "given", "key"),
    "sealing key beside": secrets.SealingKeyAdded("space", "key", "app", instead=False),
    "sealing key instead": secrets.SealingKeyAdded("space", "key", "app", instead=True),
    "file": files.FileChanged("every worker", "/etc/conf", (("1", "2"),)),
    "command line": files.CommandLineChanged("first worker", "prog", (("--name=a.b", "--name={spare}"),)),
    "file of layer 00": files.PersistentFileRemade("conf", _again),
    "stopped": process.ProgramStopped("etcd", "every controller"),
    "paused": process.ProgramPaused("kubelet", "second worker"),
    "power": process.PoweredOff("every worker"),
    "address": network.AddressAdded("first worker"),
    "blackhole": network.RouteBlackholed("first worker", "the pod network"),
    "packets": network.PacketsDropped("first worker", ("-s", "{the pod network}")),
    "packet size": network.PacketSizeChanged("vps", "tailnet0", 1500),
    "forwarding": network.ForwardingOpened(),
    "records": zones.RecordsChanged("ns2", "A"),
    "record added": zones.RecordsChanged("more", "TXT", values=("text",)),
    "records reworded": zones.RecordsChanged("@", "NS", changes=(("ns1", "ns9"),)),
    "zone kind": zones.ZoneKindChanged(zones.CLUSTER, "primary"),
    "zone metadata": zones.ZoneMetadataChanged("RIGHT"),
    "realm": identity.RealmChanged({"life": 3600}),
    "client": identity.ClientChanged("gitea", {"public": True}, {"alg": "HS256"}),
    "mapper": identity.MapperChanged("groups", "groups", {"claim": "false"}),
    "flow": identity.FlowStepChanged("outsiders", "DISABLED"),
    "together": Together(
        (process.ProgramStopped("etcd", "first worker"), kubernetes.ObjectCreated(APPS, deployment("more")))
    ),
}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def said(kind: Kind) -> Any:
    """What a fresh process reads of the memo."""
    return json.loads(json.dumps(kind.before(target())))


def same(world: World, was: object) -> bool:
    return _plain(world.state()) == _plain(was)


def _plain(value: Any) -> Any:
    """Without objects that are empty, and what the API adds."""
    if isinstance(value, dict):
        plain = {key: _plain(each) for key, each in value.items() if key != "namespace"}
        return {key: each for key, each in plain.items() if each not in ({}, [])}
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


@every_kind
def test_looking_changes_nothing_and_what_is_unbroken_is_mended(world: World, kind: Kind) -> None:
    was = world.state()
    assert kind.available(target()) is None
    memo = said(kind)
    assert world.state() == was
    assert kind.mended(target(), memo)


@every_kind
def test_what_is_broken_is_not_mended_and_comes_back(world: World, kind: Kind) -> None:
    was, memo = world.state(), said(kind)
    kind.break_(target(), memo)
    assert not kind.mended(target(), memo)
    kind.mend(target(), memo)
    assert kind.mended(target(), memo)
    assert same(world, was)
    kind.mend(target(), memo)
    assert same(world, was)


@every_kind
def test_to_break_twice_is_to_break_once(world: World, kind: Kind) -> None:
    was, memo = world.state(), said(kind)
    kind.break_(target(), memo)
    kind.break_(target(), memo)
    kind.mend(target(), memo)
    assert kind.mended(target(), memo)
    assert same(world, was)


@every_kind
@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_half_a_harm_is_mended(world: World, kind: Kind, done: int) -> None:
    was, memo = world.state(), said(kind)
    world.limit = done
    try:
        kind.break_(target(), memo)
    except OSError as error:
        assert str(error) == "interrupted"  # noqa: PT017 - those of few changes are not interrupted
    world.limit = 1000
    kind.mend(target(), memo)
    assert kind.mended(target(), memo)
    assert same(world, was)


@every_kind
def test_the_memo_holds_no_secret(world: World, kind: Kind) -> None:
    assert world.objects[KEY]["data"]["tls.key"] not in json.dumps(kind.before(target()))


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (kubernetes.ObjectChanged(f"{APPS}/none", {"a": 1}), "there is no"),
        (kubernetes.ObjectCreated(APPS, deployment("app")), "exists already"),
        (secrets.SecretOverwritten("space", "none", "key"), "there is no"),
        (files.PersistentFileRemade("none", _again), "layer 00 has no none"),
        (identity.ClientChanged("nobody"), r"no \[relying_parties.nobody\]"),
    ],
)
def test_what_cannot_be_broken_says_why(world: World, kind: Kind, why: str) -> None:
    was = world.state()
    assert re.search(why, kind.available(target()) or "")
    assert world.state() == was


@pytest.mark.parametrize(
    "kind",
    [
        kubernetes.ObjectChanged(f"{APPS}/app", {"spec": {"replicas": 1}}),
        kubernetes.ConfigMapChanged(f"{CORE}/configmaps/config", "text", (("9", "8"),), f"{APPS}/app"),
        files.FileChanged("every worker", "/etc/conf", (("3", "4"),)),
        files.CommandLineChanged("first worker", "prog", (("--name=aXb", "--name=c"),)),
        network.PacketSizeChanged("vps", "tailnet0", 1280),
        zones.RecordsChanged("none", "A"),
        identity.RealmChanged({"life": 60}),
    ],
)
def test_a_harm_that_would_change_nothing_is_refused(world: World, kind: Kind) -> None:
    with pytest.raises(LookupError, match=r"nothing (that would change|like)"):
        kind.before(target())
    assert world.limit == 1000


class Held(Change):
    """A value that a reconciler puts back; keeps a list of what was done."""

    def __init__(self) -> None:
        self.value, self.done = 1, list[str]()

    def _read(self, _target: object, _at: str) -> int:
        return self.value

    def _alter(self, _target: object, _at: str, was: int) -> int:
        return was + 1

    def _write(self, _target: object, _at: str, value: int) -> None:
        self.value = value
        self.done.append(f"write {value}")

    def _reconciler(self, _target: object, _at: str) -> str:
        return "gitops"

    def _hold_off(self, _target: object, reconciler: str) -> None:
        self.done.append(f"hold off {reconciler}")

    def _release(self, _target: object, reconciler: str) -> None:
        self.done.append(f"release {reconciler}")


def test_what_reconciles_is_held_off_first_released_last_and_written_down() -> None:
    kind = Held()
    memo = said(kind)
    assert memo == {"was": {"": 1}, "held": ["gitops"]}
    assert kind.done == []
    kind.break_(target(), memo)
    kind.mend(target(), memo)
    assert kind.done == ["hold off gitops", "write 2", "write 1", "release gitops"]


def test_the_bases_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Addition()  # pyright: ignore[reportAbstractUsage]
