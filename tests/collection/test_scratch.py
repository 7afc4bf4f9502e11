"""A namespace of a scenario's own, on an API that only takes note; and what is swept of earlier runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import jinja2
import pytest

from fixtures import options, scratch
from fixtures.scratch import Scratch
from fixtures.shared import Shared
from probes.kubeapi import Api
from probes.outcomes import CannotObserve, NetworkFailure, Refused
from probes.waiting import Patience
from provisioning.target import Target

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


@dataclass
class Notes:
    """An API that writes down what it is asked."""

    status: int = 200
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    there: list[dict[str, Any]] = field(default_factory=list)
    vantage: Any = field(default_factory=lambda: SimpleNamespace(name="the workstation"))
    failure: NetworkFailure | None = None

    def get(self, _what: str, path: str) -> dict[str, Any]:
        return {"resources": KINDS[path]}

    def list(self, _what: str, _path: str, **_selectors: str) -> list[dict[str, Any]]:
        return self.there

    def request(self, method: str, path: str, *, what: str, body: Any = None, kind: str = "") -> Any:
        del what, kind
        self.sent.append((method, path.partition("?")[0], body))
        return self.failure or SimpleNamespace(
            status=self.status, data=b'{"kind": "Status", "message": "no"}'
        )


def made(api: Notes) -> Scratch:
    environment = jinja2.Environment(loader=jinja2.DictLoader(TEMPLATES), undefined=jinja2.StrictUndefined)
    return Scratch(cast("Api", api), "clusterspec-abc-1", "run-1", environment)


def test_what_is_applied_is_ours_and_of_this_run_and_can_be_removed() -> None:
    api = Notes()
    own = made(api)
    own.apply("pair.yaml", name="tea")
    own.delete("service", "tea")
    own.delete("Deployment", "tea")
    own.remove()
    space = "/api/v1/namespaces/clusterspec-abc-1"
    deployment = "/apis/apps/v1/namespaces/clusterspec-abc-1/deployments/tea"
    assert [(method, path) for method, path, _ in api.sent] == [
        ("PATCH", space),
        ("PATCH", f"{space}/services/tea"),
        ("PATCH", deployment),
        ("DELETE", f"{space}/services/tea"),
        ("DELETE", deployment),
        ("DELETE", space),
    ]
    labels = [body["metadata"]["labels"] for _, _, body in api.sent[:3]]
    ours = {"app.kubernetes.io/managed-by": "clusterspec", "clusterspec/run": "run-1"}
    assert all(ours.items() <= each.items() for each in labels)
    assert labels[1]["app"] == "x"


class Slow(Notes):
    """An API whose cluster makes the account of a namespace by and by."""

    asked = 0

    def get(self, what: str, path: str) -> dict[str, Any]:
        if path in KINDS:
            return super().get(what, path)
        assert path == "/api/v1/namespaces/clusterspec-abc-1/serviceaccounts/default"
        self.asked += 1
        if self.asked < 3:
            raise CannotObserve(what, "the workstation", "not found (404)")
        return {}


def test_pods_are_made_once_the_cluster_has_made_their_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "SETTLED", Patience(within=5.0, every=0.001))
    api = Slow()
    made(api).settle()
    assert api.asked == 3
    monkeypatch.setattr(scratch, "SETTLED", Patience(within=0.0))
    with pytest.raises(CannotObserve, match="have their account from the workstation: not found"):
        made(Slow()).settle()


class Busy(Notes):
    """An API that cannot take anything the first time that it is asked to."""

    def request(self, method: str, path: str, *, what: str, body: Any = None, kind: str = "") -> Any:
        self.status = 200 if any(path.partition("?")[0] == asked for _, asked, _ in self.sent) else 500
        return super().request(method, path, what=what, body=body, kind=kind)


def test_what_the_api_cannot_take_now_is_applied_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "TAKEN", Patience(within=5.0, every=0.001))
    api = Busy()
    made(api).apply("pair.yaml", name="tea")
    assert [path.rpartition("/")[2] for _, path, _ in api.sent] == [
        *["clusterspec-abc-1"] * 2,
        *["tea"] * 4,
    ]


def test_what_is_refused_is_not_applied_again() -> None:
    api = Notes()
    own = made(api)
    api.sent.clear()
    api.status = 403
    with pytest.raises(CannotObserve, match=r"forbidden \(403\)"):
        own.apply("pair.yaml", name="tea")
    assert len(api.sent) == 1


def test_what_cannot_be_applied_is_unknown_and_not_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "TAKEN", Patience(within=0.0))
    api = Notes()
    own = made(api)
    with pytest.raises(jinja2.UndefinedError, match="'name' is undefined"):
        own.apply("pair.yaml")
    with pytest.raises(CannotObserve, match="the API does not know it in v1"):
        own.apply("odd.yaml")
    with pytest.raises(LookupError, match="no service tea was applied here; there are: namespace"):
        own.delete("service", "tea")
    api.failure = Refused()
    with pytest.raises(CannotObserve, match="applying Service tea from the workstation: connection refused"):
        own.apply("pair.yaml", name="tea")


def test_only_what_dead_runs_left_is_swept(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config, tmp_path: Any
) -> None:
    settings = SimpleNamespace(run_id="mine", out=tmp_path)
    monkeypatch.setattr(options, "settings", lambda _config: settings)
    (tmp_path / "runs" / "dead").mkdir(parents=True)
    alive = Shared(tmp_path / "runs" / "alive" / "turns")
    now = datetime.now(UTC)
    young, old = now - timedelta(minutes=5), now - timedelta(minutes=61)
    api = Notes()
    api.there = [
        _space("mine-old", "mine", old),
        _space("dead-young", "dead", young),
        _space("alive-old", "alive", old),
        _space("elsewhere-young", "of-another-machine", young),
        _space("elsewhere-old", "of-another-machine", old),
    ]
    monkeypatch.setattr(scratch, "Api", lambda *_: api)
    target = SimpleNamespace(kubeconfig=None, vantages={"workstation": None})
    with alive.alive():
        swept = scratch.sweep(cast("Target", target), pytestconfig)
    assert swept == ("dead-young", "elsewhere-old")
    assert [path for _, path, _ in api.sent] == [f"/api/v1/namespaces/{name}" for name in swept]


def _space(name: str, run: str, born: datetime) -> dict[str, Any]:
    stamp = f"{born:%Y-%m-%dT%H:%M:%SZ}"
    return {"metadata": {"name": name, "labels": {"clusterspec/run": run}, "creationTimestamp": stamp}}
