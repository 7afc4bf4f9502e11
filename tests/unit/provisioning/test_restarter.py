"""Whom a changed Secret or ConfigMap restarts."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.lab.stand_ins.restarter import KINDS, Watcher, concerned, digest, used

SECRET, CONFIG_MAP = KINDS
POD: dict[str, Any] = {
    "containers": [
        {
            "env": [
                {"name": "PLAIN", "value": "1"},
                {"name": "A", "valueFrom": {"secretKeyRef": {"name": "by-variable", "key": "a"}}},
                {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "b"}}},
                {"name": "C", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            ],
            "envFrom": [{"secretRef": {"name": "by-all-variables"}}],
        }
    ],
    "initContainers": [
        {"env": [{"valueFrom": {"secretKeyRef": {"name": "by-init", "key": "x"}}}]},
        {"env": None},
    ],
    "volumes": [
        {"secret": {"secretName": "by-volume"}},
        {"configMap": {"name": "files"}},
        {
            "projected": {
                "sources": [{"secret": {"name": "by-projection"}}, {"serviceAccountToken": {"path": "t"}}]
            }
        },
        {"emptyDir": {}},
    ],
}


def workload(annotations: dict[str, str] | None, *, of_the_template: bool = False) -> dict[str, Any]:
    metadata: dict[str, Any] = {"annotations": annotations}
    return {
        "metadata": {"name": "app", **({} if of_the_template else metadata)},
        "spec": {"template": {"metadata": metadata if of_the_template else {}, "spec": POD}},
    }


def test_every_way_to_take_values_counts() -> None:
    secrets = {"by-variable", "by-all-variables", "by-init", "by-volume", "by-projection"}
    assert used(SECRET, POD) == secrets
    assert used(CONFIG_MAP, POD) == {"settings", "files"}


@pytest.mark.parametrize("of_the_template", [False, True])
@pytest.mark.parametrize(
    ("annotations", "name", "is_concerned"),
    [
        (None, "by-volume", False),
        ({"reloader.stakater.com/auto": "true"}, "by-volume", True),
        ({"reloader.stakater.com/auto": "false"}, "by-volume", False),
        ({"reloader.stakater.com/auto": "true"}, "another", False),
        ({"secret.reloader.stakater.com/auto": "true"}, "by-volume", True),
        ({"configmap.reloader.stakater.com/auto": "true"}, "by-volume", False),
        ({"secret.reloader.stakater.com/reload": "one, another"}, "another", True),
        ({"configmap.reloader.stakater.com/reload": "another"}, "another", False),
    ],
)
def test_who_asks_for_it_is_restarted(
    annotations: dict[str, str] | None, name: str, *, is_concerned: bool, of_the_template: bool
) -> None:
    asked = workload(annotations, of_the_template=of_the_template)
    assert concerned(SECRET, name, asked) is is_concerned


class Recorder(Watcher):
    """Notes who would be restarted."""

    def __init__(self) -> None:
        self.kind, self.known = SECRET, {}
        self.restarted: list[str] = []

    def restart(self, namespace: str, name: str, now: str) -> None:
        del now
        self.restarted.append(f"{namespace}/{name}")


def secret(value: str, **labels: str) -> dict[str, Any]:
    return {"metadata": {"namespace": "n", "name": "s", "labels": labels}, "data": {"key": value}}


def test_only_another_value_restarts() -> None:
    watcher = Recorder()
    watcher.look(secret("b2xk"), first=True)
    watcher.look(secret("b2xk", looked="at"), first=False)
    assert watcher.restarted == []
    watcher.look(secret("bmV3"), first=False)
    assert watcher.restarted == ["n/s"]


def test_a_restart_that_the_api_refused_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = Recorder()
    watcher.look(secret("b2xk"), first=True)

    def refused(*_: object) -> None:
        raise OSError("HTTP Error 500")

    with monkeypatch.context() as broken:
        broken.setattr(watcher, "restart", refused)
        with pytest.raises(OSError, match="500"):
            watcher.look(secret("bmV3"), first=False)
    watcher.look(secret("bmV3"), first=False)
    assert watcher.restarted == ["n/s"]


def test_a_secret_that_is_new_restarts_nobody() -> None:
    watcher = Recorder()
    watcher.look(secret("bmV3"), first=False)
    assert watcher.restarted == []


def test_a_digest_does_not_tell_the_value() -> None:
    assert "b2xk" not in digest(secret("b2xk"))
