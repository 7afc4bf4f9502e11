"""What is needed comes up first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise

from pytest_bdd import scenarios, then

from probes import kubernetes, restarts
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen
from steps.vocabulary.services import NamespacesOf
from steps.wiring import Bootstrap, Phase

scenarios("bootstrap/order.feature")

GIVEN = ("gitea", "identity", "matrix", "vault")
"""Services that are given something at their start that another one makes."""
TICK = 0.05
"""Seconds by which two moments of one bootstrap may differ that are the same: they are read one after the other."""


@then("no unit began before each one that it needs was ready")
def needs_came_first(bootstrap: Bootstrap, seen: Seen) -> None:
    waited = seen("seconds between", _between(bootstrap, _pairs(bootstrap)))
    assert waited, "no unit of the plan needs another one"
    assert [pair for pair, seconds in waited.items() if seconds < -TICK] == []


def _pairs(bootstrap: Bootstrap) -> list[tuple[str, str]]:
    """Return each unit with one that needs it, the needed one first."""
    return [(need, unit) for unit, needs in bootstrap.needs.items() for need in needs]


@then("each of these began when the one before it was ready:")
def these_came_in_order(bootstrap: Bootstrap, datatable: list[list[str]], seen: Seen) -> None:
    units = [unit for (unit,) in datatable]
    waited = seen("seconds between", _between(bootstrap, list(pairwise(units))))
    assert [pair for pair, seconds in waited.items() if seconds < -TICK] == []


def _between(bootstrap: Bootstrap, pairs: list[tuple[str, str]]) -> Mapping[tuple[str, str], float]:
    """Return how many seconds after one unit was ready another one began, for each pair of them.

    A unit that the bootstrap did not have at all is infinitely early.
    """
    phases = {phase.unit: phase for phase in bootstrap.phases}
    return {pair: _later(phases.get(pair[0]), phases.get(pair[1])) for pair in pairs}


def _later(first: Phase | None, then: Phase | None) -> float:
    if first is None or then is None:
        return float("-inf")
    return round(then.started - first.started - first.seconds, 2)


@then("no pod of Vault, the identity provider and the applications asked for what was not there")
def nothing_was_missing(api: Api, namespaces_of: NamespacesOf, seen: Seen) -> None:
    places = sorted(set(namespaces_of(*GIVEN).values()))
    waited = seen("what pods had to wait for", {place: restarts.waited_for(api, place) for place in places})
    assert waited == dict.fromkeys(places, ())


@then("no container has been started a second time, those that prepare a pod included")
def nothing_was_restarted(api: Api, seen: Seen) -> None:
    found = seen("the containers' restarts", restarts.containers(api))
    assert found
    assert [str(one) for one in found if one.restarts] == []


@then("no pod was let wait before it was tried again, those that are gone included")
def nothing_was_held_back(api: Api, bootstrap: Bootstrap, seen: Seen) -> None:
    begun = datetime.fromtimestamp(min(phase.started for phase in bootstrap.phases), UTC)
    assert seen("who was let wait since the bootstrap began", restarts.backed_off(api, begun)) == ()


@then("no pod has failed, those of jobs included")
def nothing_has_failed(api: Api, seen: Seen) -> None:
    found = seen("the pods", kubernetes.pods(api))
    assert [str(pod) for pod in found if pod.phase == "Failed"] == []
