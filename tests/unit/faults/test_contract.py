"""What every kind promises, tried on doubles of the API, hosts, files, name servers and a provider."""

from __future__ import annotations

import copy
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from faults import reach
from faults.fault import Kind
from faults.kinds import (
    certificates,
    files,
    identity,
    interception,
    kubernetes,
    network,
    process,
    secrets,
    zones,
)
from faults.kinds.base import Change, Harm
from faults.kinds.patches import EACH, Reworded, merged
from faults.kinds.together import Together
from inventory import Planned
from provisioning.secret import Secret
from tests.unit.faults.made import target

APPS, CORE = "/apis/apps/v1/namespaces/space/deployments", "/api/v1/namespaces/space"
ASKED = "/apis/external-secrets.io/v1beta1/namespaces/space/externalsecrets"
CONTAINER = {"name": "c", "image": "i", "args": ["--level=1"], "env": [{"name": "A", "value": "1"}]}
KEY = "/api/v1/namespaces/kube-system/secrets/key"
SITE = "/api/v1/namespaces/test-app/secrets/site"
CERTIFICATES = "/apis/cert-manager.io/v1/namespaces/test-app/certificates"
RENEWAL = "2099-01-01T00:00:00Z"
ISSUER = "/apis/cert-manager.io/v1/clusterissuers/letsencrypt-prod"
PODS = "/api/v1/namespaces/vault/pods"
HOST = "test.test-cluster.agentydragon.com"


def deployment(name: str) -> dict[str, Any]:
    spec = {"replicas": 1, "template": {"metadata": {}, "spec": {"containers": [CONTAINER]}}}
    status = {"readyReplicas": 1, "replicas": 1}
    return {"kind": "Deployment", "metadata": {"name": name}, "spec": spec, "status": status}


def listed(name: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "test-app"}, **more}


@cache
def issued() -> dict[str, str]:
    shown, key = certificates.made([HOST], by="the authority", days=90)
    return {"tls.crt": b64encode(shown).decode(), "tls.key": b64encode(key).decode()}


def pod(name: str, *, ready: bool) -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"conditions": [{"type": "Ready", "status": str(ready)}]}}


class World:
    """All that can be broken here. After `limit` changes each further one fails."""

    def __init__(self, folder: Path) -> None:
        self.objects: dict[str, Any] = {
            f"{APPS}/app": deployment("app"),
            f"{CORE}/configmaps/config": {"metadata": {"name": "config"}, "data": {"text": "to=10.0.3.3"}},
            f"{CORE}/configmaps/other": {"metadata": {"name": "other"}, "data": {}},
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
            "/apis/apps/v1/namespaces/kube-system/deployments/sealed-secrets-controller": deployment("it"),
            "/api/v1/nodes/worker0": {"metadata": {"name": "worker0"}},
            "/api/v1/namespaces/gitea/secrets/gitea-oauth-client-secret": {"data": {"secret": "b25l"}},
            SITE: {"metadata": {"name": "site"}, "data": issued()},
            f"{CERTIFICATES}/site": listed(
                "site",
                spec={"dnsNames": [HOST], "secretName": "site"},
                status={"conditions": [{"type": "Ready", "status": "True"}], "renewalTime": RENEWAL},
            ),
            ISSUER: listed("letsencrypt-prod", spec={"acme": {"server": "https://acme.example:14000/dir"}}),
            "/api/v1/namespaces/cert-manager/configmaps/cluster-internal-ca-bundle": listed(
                "b", data={"ca-certificates.crt": "roots"}
            ),
            **{f"{PODS}/instance-{each}": pod(f"instance-{each}", ready=True) for each in range(3)},
        }
        routes = {"10.0.3.0/27": "100.64.0.1"}
        self.network: dict[str, Any] = {"mtu": "1280", "forwards": "0", "routes": routes, "rules": set()}
        self.zone: dict[str, list[str]] = {
            "ns2 A": ["192.0.2.1"],
            "@ NS": ["ns1.x."],
            "@ SOA": ["a. b. 8 10 5 60 60"],
        }
        self.meta: dict[str, list[str]] = {"RIGHT": ["a", "b"]}
        self.zone_kind = "native"
        self.provider: dict[str, Any] = {
            "realm": {"life": 60, "browserFlow": "browser"},
            "client": {"clientId": "gitea", "public": False, "attributes": {}, "secret": "one"},
            "mapper": {"name": "groups", "config": {"claim": "true"}},
            "step": {"providerId": "outsiders", "requirement": "REQUIRED"},
        }
        self.down: set[str] = set()
        self.proxies: list[int] = []
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

    def list(self, _what: str, path: str, *, labelSelector: str = "") -> list[Any]:  # noqa: N803 - as the API
        found = [
            copy.deepcopy(each) for name, each in self.objects.items() if name.rpartition("/")[0] == path
        ]
        key, _, value = labelSelector.partition("=")
        return [each for each in found if not key or each["metadata"].get("labels", {}).get(key) == value]

    def request(self, method: str, path: str, *, body: Any, **_words: object) -> Any:
        self.change()
        collection = path.rstrip("/")
        if method == "PATCH":
            path = path.removesuffix("/status")
            self.objects[path] = merged(self.objects[path], body)
        elif method == "DELETE":
            gone = self.objects.pop(path, None)
            if path == SITE:  # cert-manager asks for another one
                self.objects[path] = {"metadata": {"name": "site"}, "data": issued()}
                self.objects[f"{CERTIFICATES}/site"]["status"]["renewalTime"] = RENEWAL
            elif path.startswith(PODS):  # its StatefulSet makes another one, which unseals itself
                self.objects[path] = pod(path.rpartition("/")[2], ready=True)
            return SimpleNamespace(status=404 if gone is None else 200)
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

    def within(self, _target: object, host: str, *argv: str) -> str:
        words, net = " ".join(argv), self.network
        routes, rules = net["routes"], net["rules"]
        if words.startswith("ip -json -4 route show"):
            route = {"gateway": routes.get(argv[-1], ""), "dev": "eth0"}
            return json.dumps([route] if argv[-1] in routes else [])
        if words in {"ip -4 -oneline address", "ip rule"}:
            return "\n".join(f"99: {rule} " for at, rule in sorted(rules) if at == host)
        if words.startswith("ip -json link"):
            return json.dumps([{"mtu": int(net["mtu"])}])
        if argv[:2] == ("sysctl", "-n"):
            return net["forwards"]
        return self._command(host, argv)

    def _command(self, host: str, argv: tuple[str, ...]) -> str:
        net, routes, rules = self.network, self.network["routes"], self.network["rules"]
        verb = next((each for each in argv if each in {"-C", "-I", "-D", "add", "del", "replace"}), "set")
        known = host, " ".join(argv).replace(f" {verb} ", " ", 1)
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

    def declare(self, _host: str, program: str, *argv: str) -> None:
        self.change()
        for place in ("etc/s6", "run/service"):
            (self.folder / place / program).mkdir(exist_ok=True)
            (self.folder / place / program / "run").write_text(" ".join(argv))

    def popen(self, *_argv: object, **_words: object) -> None:
        self.change()
        self.proxies.append(7)

    def kill(self, pid: int, _signal: int) -> None:
        self.change()
        self.proxies.remove(pid)

    def vault(self, _lab: object, name: str, *, token: object) -> Any:  # noqa: ARG002 - as it is called
        path = f"{PODS}/{name}"

        def is_ready(each: str) -> bool:
            return bool(self.objects[each]["status"]["conditions"][0]["status"] == "True")

        def get(asked: str) -> dict[str, bool]:
            leader = next((each for each in self.objects if each.startswith(PODS) and is_ready(each)), "")
            return (
                {"sealed": not is_ready(path)} if asked == "sys/seal-status" else {"is_self": leader == path}
            )

        def send(*_order: object) -> None:
            self.change()
            self.objects[path] = pod(name, ready=False)

        return SimpleNamespace(get=get, send=send)

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
        now = self.provider["client"]
        attributes = {**now["attributes"], **wanted.get("attributes", {})}
        kept = {key: value for key, value in attributes.items() if value}
        given = {key: value.reveal() if isinstance(value, Secret) else value for key, value in wanted.items()}
        self.provider["client"] = {**now, **given, "attributes": kept}

    def client_secret(self, _id: str) -> Secret:
        return Secret("it", self.provider["client"]["secret"])

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
    lab = SimpleNamespace(
        name="lab", root=lambda _host: tmp_path, persistent=tmp_path / "etc", declare=made.declare
    )
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
    monkeypatch.setattr(zones, "serial", lambda *_asked: 7)
    monkeypatch.setattr(process.supervisor, "order", lambda *_asked: None)
    monkeypatch.setattr(process.subprocess, "run", lambda *_asked, **_words: None)
    monkeypatch.setattr(interception, "proxies", lambda _lab: list(made.proxies))
    monkeypatch.setattr(interception.subprocess, "Popen", made.popen)
    monkeypatch.setattr(interception.os, "kill", made.kill)
    monkeypatch.setattr(secrets.vault_api, "root_token", lambda _lab: None)
    monkeypatch.setattr(secrets.vault_api, "connect", made.vault)
    other = Planned.of(target().inventory).acme.other.directory
    monkeypatch.setattr(
        certificates, "_shows_other", lambda *_asked: made.objects[ISSUER]["spec"]["acme"]["server"] == other
    )
    monkeypatch.setattr(zones.powerdns, "zone_kind", lambda *_asked: made.zone_kind)
    monkeypatch.setattr(identity, "keycloak", lambda _target: made)
    monkeypatch.setattr(identity, "steps", lambda known: [dict(known.provider["step"])])
    return made


def _again(_target: object, file: Path) -> None:
    file.write_text("made anew\n")


EDIT = {"data": {"text": Reworded((("to={vips.dns}", "to={vips.ingress}"),))}}
ARGUMENTS = {"spec": {"template": {"spec": {"containers": {EACH: {"args": Reworded((("1", "2"),))}}}}}}
PATHS = {"spec": {"rules": {EACH: {"http": {"paths": {EACH: {"path": "/elsewhere"}}}}}}}
KINDS: Mapping[str, Kind] = {
    "object": kubernetes.ObjectChanged(f"{APPS}/app", {"metadata": {"labels": {"a": "b"}}}),
    "object made anew": kubernetes.ObjectChanged(f"{APPS}/app", {"spec": {"paused": True}}, anew=True),
    "every object": kubernetes.ObjectChanged(f"{CORE}/ingresses/*", {"spec": {"tls": ["{cluster.domain}"]}}),
    "objects with a text": kubernetes.ObjectChanged(f"{CORE}/configmaps/*", EDIT),
    "object of a host": kubernetes.ObjectChanged("/api/v1/nodes/{node}", {"a": "b"}, on="first worker"),
    "text of an object": kubernetes.ObjectChanged(f"{CORE}/configmaps/config", EDIT, rolls=f"{APPS}/app"),
    "texts in a list": kubernetes.ObjectChanged(f"{APPS}/app", ARGUMENTS),
    "variables": kubernetes.environment(f"{APPS}/app", {"A": "2", "B": "{vips.dns}"}),
    "lists in lists": kubernetes.ObjectChanged(f"{CORE}/ingresses/site", PATHS),
    "object added": kubernetes.ObjectAdded(APPS, deployment("more"), {"metadata": {"labels": {"a": "b"}}}),
    "object removed": kubernetes.ObjectRemoved(f"{ASKED}/given", f"{CORE}/secrets/given", f"{APPS}/app"),
    "Secret overwritten": secrets.SecretOverwritten(f"{CORE}/secrets/given", "key"),
    "sealing key beside": secrets.SealingKeyAdded(instead=False),
    "sealing key instead": secrets.SealingKeyAdded(instead=True),
    "Vault": secrets.VaultSealed(2),
    "other authority": certificates.OtherAuthority("test-app"),
    "untrusted certificate": certificates.UntrustedCertificate("test-app"),
    "certificate over": certificates.UntrustedCertificate("test-app", expired=True),
    "file": files.FileChanged("every worker", ("/etc/conf",), (("1", "2"),)),
    "command line": files.command_line("first worker", "prog", ("--name=a.b", "--name={spare}")),
    "file made anew": files.FileMade(files.LAYER_00, "conf", _again),
    "file made": files.FileMade("first worker", "etc/more", _again),
    "stopped": process.ProgramInterrupted("etcd", "every controller"),
    "killed": process.ProgramInterrupted("{vps.proxy}", "vps", by="kill"),
    "paused": process.ProgramInterrupted("kubelet", "second worker", by="pause"),
    "program added": process.ProgramAdded("more", "first worker", "sleep 1"),
    "power": process.PoweredOff("every worker"),
    "proxy": interception.ProxyStarted(5353, linger=1.0),
    "address": network.NetworkChanged("first worker", "address {spare}/{prefix} dev {node.interface}"),
    "blackhole": network.NetworkChanged("first worker", "unreachable {cluster.pod_network}"),
    "packets": network.NetworkChanged(
        "every worker", "iptables filter FORWARD -s {cluster.pod_network} -j DROP"
    ),
    "packet size": network.NetworkChanged("vps", "mtu tailnet0", value=1500),
    "forwarding": network.NetworkChanged("vps", "sysctl net.ipv4.ip_forward", value="1"),
    "route": network.NetworkChanged("vps", "route {cluster.node_network}", value="via {vips.dns} dev eth0"),
    "no route": network.NetworkChanged("vps", "route {routes.advertised}", value=None),
    "records": zones.ZoneChanged("{name server} A"),
    "record added": zones.ZoneChanged("more TXT", values=("text",)),
    "records reworded": zones.ZoneChanged("@ NS", changes=(("ns1", "ns9"),)),
    "SOA": zones.ZoneChanged("@ SOA", changes=((r"^\S+", "b."),)),
    "zone kind": zones.ZoneChanged(zones.KIND, ("primary",), restarts="{vps.name_server}"),
    "zone kind at the VPS": zones.ZoneChanged(zones.KIND, ("primary",), server=zones.VPS),
    "zone metadata": zones.ZoneChanged("RIGHT"),
    "realm": identity.ProviderChanged("realm", {"life": 3600}),
    "client": identity.ProviderChanged("client gitea", {"public": True, "attributes": {"alg": "HS256"}}),
    "client secret": identity.ProviderChanged("secret gitea", {"is_kept": False}),
    "mapper": identity.ProviderChanged("mapper groups groups", {"config": {"claim": "false"}}),
    "flow": identity.ProviderChanged("step outsiders", {"requirement": "DISABLED"}),
    "together": Together(
        (process.ProgramInterrupted("etcd", "first worker"), kubernetes.ObjectAdded(APPS, deployment("more")))
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
        (kubernetes.ObjectChanged(f"{CORE}/nothing/*", {"a": 1}), "nothing would change of"),
        (kubernetes.scaled_down("unheard-of"), "the inventory has no services.unheard-of"),
        (kubernetes.ObjectAdded(APPS, deployment("app")), "exists already"),
        (secrets.SecretOverwritten(f"{CORE}/secrets/none", "key"), "there is no"),
        (certificates.UntrustedCertificate("gitea"), "no Certificate in gitea"),
        (files.FileMade(files.LAYER_00, "none", _again), "layer 00 has no none"),
        (identity.ProviderChanged("client nobody", {}), r"no \[relying_parties.nobody\]"),
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
        kubernetes.ObjectChanged(
            f"{CORE}/configmaps/config", {"data": {"text": Reworded((("to=10.0.3.4", "4"),))}}
        ),
        files.FileChanged("every worker", ("/etc/conf",), (("3", "4"),)),
        files.command_line("first worker", "prog", ("--name={vips.dns}", "--name=c")),
        network.NetworkChanged("vps", "mtu tailnet0", value=1280),
        network.NetworkChanged("vps", "route {cluster.node_network}", value=None),
        zones.ZoneChanged("none A"),
        identity.ProviderChanged("realm", {"life": 60}),
    ],
)
def test_a_harm_that_would_change_nothing_is_refused(world: World, kind: Kind) -> None:
    with pytest.raises(LookupError, match=r"nothing (that would change|like)"):
        kind.before(target())
    assert world.limit == 1000


def test_what_the_kernel_does_already_is_no_obstacle(world: World) -> None:
    """A namespace has the forwarding of the machine that carries it."""
    world.network["forwards"] = "1"
    kind = network.NetworkChanged("vps", "sysctl net.ipv4.ip_forward", value="1")
    memo = said(kind)
    kind.break_(target(), memo)
    kind.mend(target(), memo)
    assert world.network["forwards"] == "1"


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
        Change()  # pyright: ignore[reportAbstractUsage]


def test_every_kind_is_tried_here() -> None:
    modules = (certificates, files, identity, interception, kubernetes, network, process, secrets, zones)
    made = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Harm) and each.__module__ == module.__name__
    }
    assert made == {type(kind) for kind in KINDS.values()} - {Together}
