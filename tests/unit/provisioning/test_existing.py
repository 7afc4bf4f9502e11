"""Attaching to a cluster that runs already, against an API server of one page on loopback."""

import http.server
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from inventory import Capabilities, Inventory, PowerCommands, load
from inventory.problem import Problem
from provisioning import consent
from provisioning.existing import ExistingProvider
from provisioning.provider import Options, provider_for
from provisioning.target import Target

MINIMAL = Path(__file__).parents[1] / "inventory" / "good" / "minimal.toml"
IDENTITY = "0c5a2f5e-6a2f-4a8e-9a4e-3c2f6d1b7e90"
OTHER = "ffffffff-6a2f-4a8e-9a4e-3c2f6d1b7e90"


@dataclass
class Cluster:
    """What the page says; tests change it."""

    port: int = 0
    kubeconfig: Path = Path()
    replies: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def says(self, *, identity: str = IDENTITY, version: str = "v1.36.3") -> None:
        self.replies["/version"] = (200, {"gitVersion": version})
        self.replies["/api/v1/namespaces/kube-system"] = (200, {"metadata": {"uid": identity}})

    def forbids(self) -> None:
        refusal = {"kind": "Status", "message": "who are you?"}
        self.replies = dict.fromkeys(self.replies, (403, refusal))


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    made = Cluster()
    made.says()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = made.replies.get(self.path, (404, {}))
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        made.kubeconfig = tmp_path / "kubeconfig"
        made.kubeconfig.write_text(kubeconfig(made.port))
        monkeypatch.setenv("KUBECONFIG", str(made.kubeconfig))
        yield made
        server.shutdown()
        thread.join()


def kubeconfig(port: int) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "it",
            "clusters": [{"name": "it", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "me"}}],
            "users": [{"name": "me", "user": {}}],
        }
    )


def inventory(identity: str | None = None, **more: Any) -> Inventory:
    read = load(MINIMAL)
    return replace(read, cluster=replace(read.cluster, identity=identity), **more)


def problem(cluster_inventory: Inventory) -> Problem:
    with pytest.raises(Problem) as raised:
        ExistingProvider(cluster_inventory).check()
    return raised.value


@pytest.mark.usefixtures("cluster")
def test_the_inventory_chooses_the_provider() -> None:
    provider = provider_for(inventory(), Options())
    assert isinstance(provider, ExistingProvider)
    provider.check()


def test_attaching_gives_the_handle(cluster: Cluster) -> None:
    target = ExistingProvider(inventory(IDENTITY)).attach()
    assert (target.name, target.provider, target.identity) == ("small", "existing", IDENTITY)
    assert target.kubeconfig == cluster.kubeconfig
    assert {name: vantage.name for name, vantage in target.vantages.items()} == {
        "workstation": "the operator's workstation"
    }
    assert (target.capabilities, target.power, target.processes) == (frozenset(), None, None)


@pytest.mark.usefixtures("cluster")
def test_a_cluster_that_may_be_switched_off_comes_with_the_switch() -> None:
    commands = PowerCommands(("off", "{node}"), ("on", "{node}"), ("status", "{node}"))
    allowed = inventory(IDENTITY, capabilities=Capabilities(power=True), power=commands)
    target = ExistingProvider(allowed).attach()
    assert target.capabilities == {"power"}
    assert target.power is not None
    assert target.power.hosts() == ("controlplane0", "worker0")


def test_without_a_pinned_identity_any_cluster_is_looked_at(cluster: Cluster) -> None:
    cluster.says(identity=OTHER)
    assert ExistingProvider(inventory()).attach().identity == OTHER


def test_another_cluster_than_the_pinned_one_is_refused(cluster: Cluster) -> None:
    cluster.says(identity=OTHER)
    told = problem(inventory(IDENTITY))
    assert told.says == f"{cluster.kubeconfig} opens the cluster {OTHER}, and the inventory means {IDENTITY}"
    assert "set cluster.identity anew" in told.change


def test_another_version_than_the_planned_one_is_refused(cluster: Cluster) -> None:
    cluster.says(version="v1.35.0")
    assert problem(inventory()).says == "small runs Kubernetes v1.35.0, and the inventory says v1.36.3"


def test_a_cluster_that_forbids_is_told_in_its_own_words(cluster: Cluster) -> None:
    cluster.forbids()
    told = problem(inventory())
    assert "from the operator's workstation" in told.says
    assert "who are you?" in told.says


def test_a_cluster_that_does_not_answer_is_told(cluster: Cluster) -> None:
    cluster.kubeconfig.write_text(kubeconfig(1))
    told = problem(inventory())
    assert "refused" in told.says
    assert str(cluster.kubeconfig) in told.change


def test_a_kubeconfig_that_is_none_is_told(cluster: Cluster) -> None:
    for text in ("what is this?", "", "a: [", "clusters: []"):
        cluster.kubeconfig.write_text(text)
        assert problem(inventory()).says == f"{cluster.kubeconfig} is no kubeconfig", text


def test_a_missing_kubeconfig_is_told(cluster: Cluster) -> None:
    cluster.kubeconfig.unlink()
    assert (
        problem(inventory()).says
        == f"$KUBECONFIG names the kubeconfig {cluster.kubeconfig}, which is no file"
    )


@pytest.mark.parametrize("verb", ["build", "destroy"])
def test_it_never_builds_and_never_destroys(verb: str) -> None:
    with pytest.raises(Problem, match=f"small is an existing cluster, and nothing here will {verb} it"):
        getattr(ExistingProvider(inventory(IDENTITY)), verb)()


def target_of(read: Inventory, *, provider: str = "existing", identity: str = IDENTITY) -> Target:
    return Target(read.cluster.name, provider, read, Path("/kubeconfig"), identity, {})


def never(_target: Target) -> str:
    raise AssertionError("asked although there is no consent")


def refusal(target: Target, name: str | None, identify: Any = never) -> Problem:
    with pytest.raises(Problem) as raised:
        consent.require_consent(target, name, identify=identify)
    return raised.value


def test_the_lab_of_this_checkout_is_free() -> None:
    consent.require_consent(target_of(inventory(), provider="lab"), None, identify=never)


def test_any_other_target_must_be_named() -> None:
    told = refusal(target_of(inventory(IDENTITY)), None)
    assert (told.says, told.change) == (
        "this would disrupt small, which is not the lab",
        "add --confirm-target small if you mean it",
    )


def test_an_attached_lab_is_any_other_target() -> None:
    assert "is not the lab" in refusal(target_of(inventory(IDENTITY)), None).says


@pytest.mark.parametrize("name", ["smalls", "Small", "", "small "], ids=repr)
def test_the_name_must_be_the_inventory_s(name: str) -> None:
    assert f"--confirm-target names {name}, and" in refusal(target_of(inventory(IDENTITY)), name).says


def test_a_cluster_without_identity_cannot_be_consented_to() -> None:
    told = refusal(target_of(inventory()), "small")
    assert "cannot be recognised" in told.says
    assert f'set identity = "{IDENTITY}" in [cluster]' in told.change


def test_consent_counts_while_the_cluster_is_the_same(cluster: Cluster) -> None:
    target = ExistingProvider(inventory(IDENTITY)).attach()
    consent.require_consent(target, "small")
    cluster.says(identity=OTHER)
    told = refusal(target, "small", consent.identity_now)
    assert (
        told.says
        == f"{cluster.kubeconfig} now opens the cluster {OTHER}, and consent was given for {IDENTITY}"
    )


def test_a_cluster_that_cannot_be_asked_is_not_disrupted(cluster: Cluster) -> None:
    target = ExistingProvider(inventory(IDENTITY)).attach()
    cluster.forbids()
    assert "small cannot be recognised now" in refusal(target, "small", consent.identity_now).says


def test_a_lab_is_chosen_by_the_same_key(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lab:
        def __init__(self, *given: object) -> None:
            self.given = given

    module = cast("Any", ModuleType("provisioning.lab.provider"))
    module.LabProvider = Lab
    monkeypatch.setitem(sys.modules, "provisioning.lab.provider", module)
    lab = load(MINIMAL.parents[4] / "inventories" / "lab.toml")
    options = Options(keep=True)
    chosen: Any = provider_for(lab, options)
    assert chosen.given == (lab, options)
