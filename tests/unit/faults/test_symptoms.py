"""A harm shows by what is there, and not by what is called alike."""

from __future__ import annotations

from typing import Any

import pytest

from faults import reach, symptoms
from faults.symptoms import pods
from probes.kubernetes import Pod, Workload

TARGET: Any = object()


def shown(monkeypatch: pytest.MonkeyPatch, *names: str, wanted: int) -> bool:
    """Whether a Deployment "operator" is seen to have no pods, in a namespace with these."""
    workload = Workload("Deployment", "space", "operator", wanted, wanted, wanted)
    found = tuple(Pod(name, "space", "worker0", "Running", ready=True) for name in names)
    monkeypatch.setattr(reach, "api", lambda _target: None)  # pyright: ignore[reportUnknownLambdaType]
    monkeypatch.setattr(symptoms.kubernetes, "deployment", lambda *_asked: workload)
    monkeypatch.setattr(symptoms.kubernetes, "pods", lambda *_asked: found)
    return pods("Deployment", "space", "operator", 0).holds(TARGET)


def test_pods_of_another_workload_whose_name_begins_alike_are_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert shown(monkeypatch, "operator-webhook-84959c9bc7-5w6dt", wanted=0)


def test_a_pod_that_is_still_there_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not shown(monkeypatch, "operator-78fd69fdff-5d2zg", wanted=0)
    assert not shown(monkeypatch, wanted=1)
