"""Restarts are counted for every container, and what was missing at a start is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from probes import restarts
from probes.outcomes import CannotObserve
from probes.restarts import Container, Missing, Waiting


class Cluster:
    """An API that lists these."""

    def __init__(self, **listed: list[dict[str, Any]]) -> None:
        self._listed = listed
        self.vantage = SimpleNamespace(name="the workstation")

    def list(self, _what: str, path: str) -> list[dict[str, Any]]:
        return self._listed[path.rpartition("/")[2]]


def event(
    reason: str, message: str, pod: str = "gitea-0", when: str = "2026-01-01T00:00:00Z"
) -> dict[str, Any]:
    return {
        "type": "Warning",
        "reason": reason,
        "message": message,
        "involvedObject": {"kind": "Pod", "name": pod},
        "metadata": {"namespace": "gitea", "creationTimestamp": when},
    }


def test_containers_that_prepare_a_pod_are_counted_too() -> None:
    ended = {"terminated": {"reason": "Error", "exitCode": 1}}
    pod = {
        "metadata": {"namespace": "gitea", "name": "gitea-0"},
        "status": {
            "initContainerStatuses": [{"name": "configure", "restartCount": 7, "lastState": ended}],
            "containerStatuses": [{"name": "gitea", "restartCount": 0, "lastState": {}}],
        },
    }
    api: Any = Cluster(pods=[pod, {"metadata": {"namespace": "a", "name": "pending"}, "status": {}}])
    assert restarts.containers(api) == (
        Container("gitea", "gitea-0", "configure", 7, "Error (1)"),
        Container("gitea", "gitea-0", "gitea", 0),
    )
    assert str(restarts.containers(api)[0]) == "gitea/gitea-0 configure: 7 restarts, last Error (1)"


def test_a_secret_that_was_missing_is_told_and_nothing_else() -> None:
    api: Any = Cluster(
        events=[
            event("Failed", 'Error: secret "gitea-oauth-client-secret" not found'),
            event(
                "FailedMount",
                'MountVolume.SetUp failed for volume "tls" : secret "vault-tls" not found',
                "instance-0",
            ),
            event("Failed", "Error: couldn't find key secret in Secret gitea/gitea-oauth-client-secret"),
            event("FailedMount", 'MountVolume.SetUp failed for volume "pvc-1" : not attached'),
            event("FailedScheduling", 'persistentvolumeclaim "data" not found'),
            event("Failed", "Failed to pull image"),
        ]
    )
    assert [(one.pod, str(one.missing)) for one in restarts.waited_for(api)] == [
        ("gitea-0", "Secret gitea-oauth-client-secret"),
        ("gitea-0", "Secret gitea-oauth-client-secret"),
        ("instance-0", "Secret vault-tls"),
    ]


def test_what_is_held_back_is_told_with_what_it_lacks() -> None:
    lacks = {"reason": "CreateContainerConfigError", "message": 'configmap "roots" not found'}
    pod = {
        "metadata": {"namespace": "gitea", "name": "gitea-0"},
        "status": {
            "initContainerStatuses": [{"name": "configure", "state": {"waiting": lacks}}],
            "containerStatuses": [
                {"name": "gitea", "state": {"waiting": {"reason": "PodInitializing"}}},
                {"name": "proxy", "state": {"running": {}}},
            ],
        },
    }
    nowhere = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no node"}
    pending = {"metadata": {"namespace": "a", "name": "b"}, "status": {"conditions": [nowhere]}}
    api: Any = Cluster(pods=[pod, pending])
    assert restarts.waiting(api) == (
        Waiting("a", "b", "", "Unschedulable"),
        Waiting("gitea", "gitea-0", "configure", "CreateContainerConfigError", Missing("ConfigMap", "roots")),
    )
    assert str(restarts.waiting(api)[0]) == "a/b: Unschedulable: no node"


def test_who_was_let_wait_is_told_also_when_it_is_gone() -> None:
    now = datetime.now(UTC)
    begun, before = now - timedelta(minutes=10), now - timedelta(minutes=20)
    said = "Back-off restarting failed container"
    api: Any = Cluster(
        events=[
            event("BackOff", said, when=now.isoformat()),
            event("BackOff", said, "instance-0", before.isoformat()),
            event("Unhealthy", "Readiness probe failed", when=now.isoformat()),
        ]
    )
    assert restarts.backed_off(api, begun) == (f"gitea-0: {said}",)


def test_what_the_api_has_forgotten_is_unknown() -> None:
    api: Any = Cluster(events=[])
    with pytest.raises(CannotObserve, match="the API has forgotten"):
        restarts.backed_off(api, datetime.now(UTC) - timedelta(hours=2))
