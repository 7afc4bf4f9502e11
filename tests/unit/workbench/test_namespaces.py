"""A namespace of a scenario's own, on an API that only takes note."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest

from probes.outcomes import CannotObserve, Refused
from probes.waiting import Patience
from tests.unit.workbench.notes import DEAD, EVERYBODY_S, OLD, RUN, Notes
from workbench import making, namespaces
from workbench.namespaces import Namespaces

KINDS = {
    "/api/v1": [
        {"name": "namespaces", "kind": "Namespace", "namespaced": False},
        {"name": "namespaces/status", "kind": "Namespace", "namespaced": False},
        {"name": "services", "kind": "Service", "namespaced": True},
    ],
    "/apis/apps/v1": [{"name": "deployments", "kind": "Deployment", "namespaced": True}],
}
TEMPLATES = {
    "pair.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: {{ name }}, labels: {app: x}}\n"
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ name }}}\n",
    "odd.yaml": "apiVersion: v1\nkind: Gremlin\nmetadata: {name: x}\n",
}


SPACES = "/api/v1/namespaces"


class Cluster(Notes):
    """It knows some kinds, and makes the account of a namespace when it has been asked for so often."""

    after = 1
    asked_for = 0

    def get(self, what: str, path: str, **options: bool) -> dict[str, Any]:
        del options
        if path in KINDS:
            return {"resources": KINDS[path]}
        assert path.startswith(f"{SPACES}/clusterspec-")
        assert path.endswith("/serviceaccounts/default")
        self.asked_for += 1
        if self.asked_for < self.after:
            raise CannotObserve(what, "the workstation", "not found (404)")
        return {}


@pytest.fixture
def api() -> Cluster:
    return Cluster()


@pytest.fixture
def makes(api: Any, tmp_path: Path) -> Namespaces:
    for name, text in TEMPLATES.items():
        (tmp_path / name).write_text(text)
    return Namespaces(api, RUN, tmp_path)


def test_what_is_applied_is_ours_and_of_this_run_and_can_be_removed(api: Cluster, makes: Namespaces) -> None:
    own = makes.make()
    own.apply("pair.yaml", name="tea")
    own.delete("service", "tea")
    own.delete("Deployment", "tea")
    makes.remove()
    makes.remove()
    space, deployments = f"{SPACES}/{own.namespace}", f"/apis/apps/v1/namespaces/{own.namespace}/deployments"
    assert api.asked == [
        ("PATCH", space),
        ("PATCH", f"{space}/services/tea"),
        ("PATCH", f"{deployments}/tea"),
        ("DELETE", f"{space}/services/tea"),
        ("DELETE", f"{deployments}/tea"),
        ("DELETE", space),
    ]
    labels = [body["metadata"]["labels"] for _, _, body in api.sent[:3]]
    ours = {"app.kubernetes.io/managed-by": "clusterspec", "clusterspec/run": RUN.id}
    assert all(ours.items() <= each.items() for each in labels)
    assert labels[0]["pod-security.kubernetes.io/enforce"] == "privileged"
    assert labels[1]["app"] == "x"


def test_each_namespace_has_a_name_of_its_own(makes: Namespaces) -> None:
    assert makes.make().namespace != makes.make().namespace


def test_pods_are_made_once_the_cluster_has_made_their_account(
    monkeypatch: pytest.MonkeyPatch, api: Cluster, makes: Namespaces
) -> None:
    monkeypatch.setattr(namespaces, "SETTLED", Patience(within=5.0, every=0.001))
    api.after = 3
    makes.make()
    assert api.asked_for == 3


def test_a_namespace_whose_account_is_not_made_is_removed_all_the_same(
    monkeypatch: pytest.MonkeyPatch, api: Cluster, makes: Namespaces
) -> None:
    monkeypatch.setattr(namespaces, "SETTLED", Patience(within=0.0))
    api.after = 2
    with pytest.raises(CannotObserve, match="have their account from the workstation: not found"):
        makes.make()
    makes.remove()
    assert [method for method, _ in api.asked] == ["PATCH", "DELETE"]


class Busy(Cluster):
    """It cannot take anything the first time that it is asked to."""

    def request(self, method: str, path: str, *, what: str, body: Any = None, kind: str = "") -> Any:
        self.status = 200 if any(path.partition("?")[0] == asked for _, asked in self.asked) else 500
        return super().request(method, path, what=what, body=body, kind=kind)


def test_what_the_api_cannot_take_now_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(namespaces, "TAKEN", Patience(within=5.0, every=0.001))
    monkeypatch.setattr(making, "REMOVED", Patience(within=5.0, every=0.001))
    api: Any = Busy()
    makes = Namespaces(api, RUN, tmp_path)
    makes.make()
    assert [method for method, _ in api.asked] == ["PATCH", "PATCH"]
    api.sent.clear()
    makes.remove()
    assert [method for method, _ in api.asked] == ["DELETE", "DELETE"]


def test_what_is_refused_is_not_applied_again(api: Cluster, makes: Namespaces) -> None:
    own = makes.make()
    api.sent.clear()
    api.status = 403
    with pytest.raises(CannotObserve, match=r"forbidden \(403\)"):
        own.apply("pair.yaml", name="tea")
    assert len(api.sent) == 1


def test_what_cannot_be_applied_is_unknown_and_not_a_finding(
    monkeypatch: pytest.MonkeyPatch, api: Cluster, makes: Namespaces
) -> None:
    monkeypatch.setattr(namespaces, "TAKEN", Patience(within=0.0))
    own = makes.make()
    with pytest.raises(jinja2.UndefinedError, match="'name' is undefined"):
        own.apply("pair.yaml")
    with pytest.raises(CannotObserve, match="the API does not know it in v1"):
        own.apply("odd.yaml")
    with pytest.raises(LookupError, match="no service tea was applied here; there are: namespace"):
        own.delete("service", "tea")
    api.failure = Refused()
    with pytest.raises(CannotObserve, match="applying Service tea from the workstation: connection refused"):
        own.apply("pair.yaml", name="tea")


def test_only_what_dead_runs_left_is_swept(api: Cluster, makes: Namespaces) -> None:
    api.lists[SPACES] = [{"metadata": {"name": name}} for name in EVERYBODY_S]
    assert tuple(makes.sweep()) == (DEAD, OLD)
    assert api.asked == [("DELETE", f"{SPACES}/{DEAD}"), ("DELETE", f"{SPACES}/{OLD}")]


def test_what_is_going_already_is_not_swept(api: Cluster, makes: Namespaces) -> None:
    api.lists[SPACES] = [{"metadata": {"name": DEAD, "deletionTimestamp": "2025-12-10T21:04:11Z"}}]
    assert tuple(makes.sweep()) == ()
