"""Nodes are asked all at once; one that says nothing is left out, and what a stranger is told is not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from diagnosis.chapters import nodes
from diagnosis.look import Subject
from faults import subject
from probes import anonymous, tcp
from probes.http import Response
from probes.outcomes import CannotObserve, NetworkFailure, TimedOut
from probes.supervised import NodeService, ServiceState
from probes.tcp import Connected
from probes.vantage import LocalVantage, Vantage
from tests.unit.faults.made import target

SILENT = TimedOut(3.0)
KUBELET = NodeService("kubelet", ServiceState.RUNNING)


def _subject(programs: Mapping[str, tuple[NodeService, ...]] | None = None) -> Subject:
    def place(name: str) -> Vantage:
        if name == "worker0":
            raise LookupError("no probe pod is ready on worker0")
        if name == "worker1":
            raise CannotObserve("a node", name, "kubectl exec took too long")
        return LocalVantage(name)

    given = None if programs is None else lambda: programs
    made = subject.of(target())
    return replace(made, on_node=place, programs=given, vantages={"workstation": LocalVantage("here")})


def test_a_node_that_says_nothing_is_left_out() -> None:
    told = nodes.told(_subject(), lambda place: place.name)
    assert told == {name: name for name in ("controlplane0", "controlplane1", "controlplane2")}


@pytest.mark.parametrize(
    ("reply", "door", "kept"),
    [
        (Response(200, {"a": "b"}, b"a pod's environment"), SILENT, Response(200)),
        (SILENT, Connected(), Connected()),
        (SILENT, SILENT, SILENT),
    ],
)
def test_of_a_kubelet_only_how_it_answers_is_kept(
    monkeypatch: pytest.MonkeyPatch,
    reply: Response | NetworkFailure,
    door: Connected | NetworkFailure,
    kept: Response | Connected | NetworkFailure,
) -> None:
    monkeypatch.setattr(anonymous, "get", lambda *_, **__: reply)
    monkeypatch.setattr(tcp, "connect", lambda *_: door)
    found = nodes.SIGHTS["kubelets"](_subject())
    assert found == dict.fromkeys((each.name for each in target().inventory.nodes), kept)


def test_programs_of_other_machines_are_left_out() -> None:
    given = {"worker0": (KUBELET,), "vps": (KUBELET,)}
    assert nodes.SIGHTS["programs"](_subject(given)) == {"worker0": (KUBELET,)}


def test_supervisors_that_cannot_be_asked_are_unseen() -> None:
    with pytest.raises(LookupError):
        nodes.SIGHTS["programs"](_subject())
