"""What is done to the platform for a while (servers sealed, machines off, pods killed), and small makers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
from cryptography import x509

from inventory.problem import Problem
from probes import old_news, vault
from probes.outcomes import CannotObserve, Refused
from probes.vault import Member, State
from probes.waiting import Patience
from provisioning import credentials as provisioned
from provisioning.secret import Secret
from tests.unit.workbench.notes import RUN, Notes
from workbench import browsers, certificates, credentials, living, making, pods
from workbench.browsers import Browsers
from workbench.pods import IdlePods
from workbench.power import RestoringPower
from workbench.vault import Seals


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "REMOVED", Patience(within=0.0))


def test_a_pod_is_killed_with_no_time_to_end() -> None:
    api: Any = Notes()
    pods.kill(api, "vault", "instance-0")
    ((method, path, options),) = api.sent
    assert (method, path) == ("DELETE", "/api/v1/namespaces/vault/pods/instance-0")
    assert options["gracePeriodSeconds"] == 0


def test_a_pod_that_was_not_there_to_be_killed_is_unknown() -> None:
    api: Any = Notes(status=404)
    with pytest.raises(CannotObserve, match=r"killing the pod vault/instance-0 .*\(404\)"):
        pods.kill(api, "vault", "instance-0")


def test_a_pod_to_look_from_is_on_every_node_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []
    ready = {"idle-worker0": True, "idle-worker1": False}
    monkeypatch.setattr(pods, "image_of", lambda *_: "an-image")
    found = [SimpleNamespace(name=name, ready=well) for name, well in ready.items()]
    monkeypatch.setattr(pods.kubernetes, "pods", lambda *_: found)
    nodes = [SimpleNamespace(name=name) for name in ("worker0", "worker1")]
    inventory = SimpleNamespace(
        nodes=nodes,
        patience={pods.READY: Patience(within=0.0)},
        vantages={"workstation": SimpleNamespace(kind="local")},
    )
    target: Any = SimpleNamespace(inventory=inventory, kubeconfig="kubeconfig")
    scratch: Any = SimpleNamespace(namespace="clusterspec-x", create=made.append)
    probe: Any = SimpleNamespace(namespace="p", daemonset="d")
    api: Any = Notes()
    idle = IdlePods(target, probe, api, scratch)
    assert [(each["metadata"]["name"], each["spec"]["nodeSelector"]) for each in made] == [
        ("idle-worker0", {"kubernetes.io/hostname": "worker0"}),
        ("idle-worker1", {"kubernetes.io/hostname": "worker1"}),
    ]
    assert idle.on("worker0").name == "a pod on worker0"
    with pytest.raises(CannotObserve, match="a pod on the node of idle-worker1"):
        idle.on("worker1")


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of Vault's servers that are sealed."""
    found = set[str]()

    def ask(door: str, _question: Any) -> Any:
        found.add(door)
        return Refused() if door == "instance-2" else None

    def member(_door: Any, name: str) -> Any:
        return Member(name, State.SEALED if name in found else State.STANDBY)

    monkeypatch.setattr(vault, "ask", ask)
    monkeypatch.setattr(vault, "member", member)
    return found


def test_what_is_sealed_still_is_started_again_and_nothing_else(sealed: set[str]) -> None:
    killed: list[tuple[str, str]] = []
    servers: Any = SimpleNamespace(namespace="vault", place=Notes().vantage, door=lambda name: name)
    seals = Seals(servers, lambda namespace, pod: killed.append((namespace, pod)), RUN)
    seals.make("instance-0")
    seals.make("instance-1")
    with pytest.raises(CannotObserve, match="the sealing of instance-2"):
        seals.make("instance-2")
    sealed.remove("instance-0")
    seals.remove()
    seals.remove()
    assert killed == [("vault", "instance-1"), ("vault", "instance-2")]
    assert list(seals.sweep()) == []


class Switch:
    """Machines that are on or off."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def off(self, node: str) -> None:
        self.done.append(f"{node} off")

    def on(self, node: str) -> None:
        self.done.append(f"{node} on")

    def is_on(self, node: str) -> bool:
        return self.done[-1] == f"{node} on"


def test_machines_are_on_again_and_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def told(_api: Any, node: str, cut: datetime) -> tuple[str, ...]:
        assert cut <= datetime.now(UTC)
        looks.append(node)
        return (f"{node}, not heard of",) if looks.count(node) < 3 else ()

    monkeypatch.setattr(old_news, "of", told)
    switch: Any = Switch()
    api: Any = Notes()
    power = RestoringPower(switch, api, Patience(within=5.0, every=0.001), RUN)
    power.off("worker0")
    power.off("worker1")
    power.on("worker0")
    power.off("worker0")
    assert power.outdated() == ("worker0, not heard of", "worker1, not heard of")
    power.remove()
    assert switch.done[4:] == ["worker0 on", "worker1 on"], "each once, before any is waited for"
    assert power.made == []


def test_a_machine_that_is_not_heard_of_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_news, "of", lambda _api, node, _cut: (f"{node}, not heard of",))
    switch: Any = Switch()
    api: Any = Notes()
    power = RestoringPower(switch, api, Patience(within=0.0), RUN)
    power.off("worker0")
    with pytest.raises(CannotObserve, match="worker0, not heard of"):
        power.remove()
    assert power.is_on("worker0")


def test_the_key_of_a_strange_certificate_is_of_no_use_to_anybody() -> None:
    one, other = (x509.load_pem_x509_certificate(certificates.without_key()) for _ in range(2))
    assert one.issuer == one.subject
    assert one.not_valid_before_utc < datetime.now(UTC) < one.not_valid_after_utc
    assert one.public_key() != other.public_key()


def test_a_credential_that_is_kept_elsewhere_is_put_into_a_file_that_only_we_can_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = SimpleNamespace(file=tmp_path / "of-the-owner")
    inventory: Any = SimpleNamespace(credentials={"a": there, "b": SimpleNamespace(file=None)})
    api: Any = Notes()
    monkeypatch.setattr(provisioned, "secret", lambda _inventory, name, _read: Secret(name, "value"))
    assert credentials.file(inventory, api, "a", tmp_path) == there.file
    made = credentials.file(inventory, api, "b", tmp_path)
    assert (made.read_text(), made.stat().st_mode & 0o777) == ("value", 0o600)


def test_a_credential_that_there_is_not_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(*_: Any) -> Secret:
        raise Problem("the inventory has no credential 'c'", "add it")

    monkeypatch.setattr(provisioned, "secret", missing)
    inventory: Any = SimpleNamespace(credentials={})
    api: Any = Notes()
    with pytest.raises(CannotObserve, match="anything that needs the credential c"):
        credentials.file(inventory, api, "c", tmp_path)
    assert list(tmp_path.iterdir()) == []


class Opened:
    """A browser that is none."""

    open_now = 0

    def __init__(self, folder: Path, roots: Path | None) -> None:
        self.folder, self.roots = folder, roots

    def __enter__(self) -> Self:
        Opened.open_now += 1
        return self

    def __exit__(self, *_: object) -> None:
        Opened.open_now -= 1


def test_there_is_one_browser_at_a_time_and_those_of_dead_processes_are_swept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(living.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(browsers, "Browser", Opened)
    left = living.place(browsers.KIND) / "dead01-1"
    left.mkdir(parents=True)
    (tmp_path / "roots.pem").write_text("authorities")
    own = Browsers(RUN)
    assert list(own.sweep()) == [str(left)]
    first = own.make(None)
    assert own.make(None) is first
    assert own.make(tmp_path / "roots.pem") is not first
    assert Opened.open_now == 1
    assert list(own.sweep()) == []
    own.remove()
    own.remove()
    assert Opened.open_now == 0
    assert list(living.place(browsers.KIND).iterdir()) == []
