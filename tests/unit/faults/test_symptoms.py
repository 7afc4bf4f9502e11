"""A harm shows by what is there, and not by what is called alike."""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.chapters.identity import Described
from faults import reach, symptoms
from faults.symptoms import pods
from probes.http import Response
from probes.kubernetes import Pod, Workload
from probes.outcomes import Refused
from probes.restarts import Waiting
from tests.unit.faults import made

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


def test_what_the_provider_says_of_itself_is_told_by_status_and_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fails, renamed = symptoms.provider_fails(503), symptoms.provider_calls_itself("it.svc")
    described = Described("https://it.example.org", "http://it.svc/x", frozenset({"it.svc"}))
    for answer, expected in (
        (Response(503), (True, False)),
        (Response(404), (False, False)),
        (described, (False, True)),
        (Refused(), (False, False)),
    ):
        monkeypatch.setattr(symptoms.identity, "described", lambda _one, found=answer: {"x": found})
        assert (fails.holds(made.target()), renamed.holds(made.target())) == expected


def test_what_waits_is_told_by_its_namespace_and_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Waiting("gitea", "gitea-0", "configure", "CreateContainerConfigError"),)
    monkeypatch.setattr(symptoms.identity, "waiting", lambda _one: found)
    asked = (
        ("gitea", "CreateContainerConfigError"),
        ("gitea", "CrashLoopBackOff"),
        ("git", "CreateContainerConfigError"),
    )
    assert [symptoms.waits(*each).holds(made.target()) for each in asked] == [True, False, False]
