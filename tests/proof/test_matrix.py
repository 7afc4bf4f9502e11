"""Fault x scenario: what must notice does, nothing else does, and the first cause that is named is the one injected.

Faults that cannot be mistaken for each other share a run. Those with a wide reach have one of their own, of which
the scenarios are run that must notice and some that must not. `CLUSTERSPEC_PROOF=all` proves every fault; by default
the wide ones that take longest are left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import pytest

from faults import health, incidents
from faults.fault import Fault, discover
from tests.kept import Kept, Outcome
from tests.proof.batches import batches
from tests.unit.faults.test_catalogue import TITLES

CONFORMANCE = [title for title, tags in TITLES.items() if "conformance" in tags and "planned" not in tags]
INCIDENTS = incidents.discover()
PROVABLE = [fault for fault in discover().values() if any(fault.turns(title) for title in CONFORMANCE)]
SHARED = batches([fault for fault in PROVABLE if not fault.alone], CONFORMANCE, INCIDENTS)
ALONE = [fault for fault in PROVABLE if fault.alone]
BY_DEFAULT = {"api_server_stopped", "api_vip_unheld", "kubelet_undead", "quorum_lost", "worker_powered_off"}
WITNESSES = (
    "decisions/cni_is_infrastructure: *",
    "networking/cni: From a pod on the first controller a pod on the second controller is reached by its address",
    "networking/metallb: The pools are exactly the planned ones",
    "networking/routes: *",
    "nodes/control_plane: *",
    "nodes/nodes: All planned nodes are Ready and stay so",
    "nodes/nodes: Every node has its planned address",
    "nodes/nodes: Every node runs the planned Kubernetes version",
    "secrets/sealing_key: *",
)
"""Quick ones of each chapter, run with every fault: those that it must spare have to stay green."""
EACH_OF_MANY = 4
"""Of a wide fault's scenarios in one feature so many are run: each waits out its whole patience."""
AFTERWARDS = (
    "networking/cni: From a pod on every node a service is reached by its name",
    "networking/metallb: A service that asks for nothing gets an address of services-pool and answers there",
    "nodes/*",
)
"""What is run, without a fault, when all of them are over."""
RED = frozenset({"fail", "unknown"})


@pytest.mark.parametrize("batch", SHARED, ids=["+".join(fault.slug for fault in batch) for batch in SHARED])
def test_faults_that_cannot_be_mistaken_for_each_other(kept: Kept, batch: tuple[Fault, ...]) -> None:
    whole = len(batch) == max(map(len, SHARED))
    only = None if whole else [*WITNESSES, *_touched(batch)]
    outcome = kept.specification(
        "-m", "conformance", faults=[fault.slug for fault in batch], only=only, workers=2
    )
    _judge(outcome, batch)
    assert set(outcome.causes) >= {fault.cause for fault in batch}
    _mended(kept)


@pytest.mark.parametrize("slug", ["coredns_absent", "pool_outgrown"])
def test_the_whole_conformance_with_one_fault(kept: Kept, slug: str) -> None:
    fault = discover()[slug]
    outcome = kept.specification("-m", "conformance", faults=[slug], workers=2)
    assert len(outcome.verdicts) == len(CONFORMANCE)
    _judge(outcome, (fault,))
    assert outcome.causes[0] == fault.cause
    _mended(kept)


@pytest.mark.parametrize("fault", ALONE, ids=[fault.slug for fault in ALONE])
def test_a_fault_of_wide_reach(kept: Kept, fault: Fault) -> None:
    if os.environ.get("CLUSTERSPEC_PROOF") != "all" and fault.slug not in BY_DEFAULT:
        pytest.skip("proven with CLUSTERSPEC_PROOF=all")
    only = [*WITNESSES, *_some(_touched((fault,)))]
    outcome = kept.specification("-m", "conformance", faults=[fault.slug], only=only, workers=3)
    _judge(outcome, (fault,))
    assert outcome.causes[0] == fault.cause
    _mended(kept)


def test_it_is_all_well_in_the_end(kept: Kept) -> None:
    outcome = kept.specification("-m", "conformance", only=AFTERWARDS, workers=2)
    assert {title for title, verdict in outcome.verdicts.items() if verdict != "pass"} == set(), outcome.end
    assert outcome.code == 0, outcome.end


def _touched(faults: Iterable[Fault]) -> list[str]:
    return [title for title in CONFORMANCE if any(fault.turns(title) for fault in faults)]


def _some(titles: Iterable[str]) -> list[str]:
    """Return some of the scenarios of each feature."""
    of_feature: dict[str, list[str]] = {}
    for title in titles:
        of_feature.setdefault(title.partition(":")[0], []).append(title)
    return [title for found in of_feature.values() for title in found[:EACH_OF_MANY]]


def _judge(outcome: Outcome, faults: tuple[Fault, ...]) -> None:
    """Every scenario that was run has the colour that the faults promise, and the cause of the fault that turned it."""
    assert outcome.verdicts, outcome.end
    wrong: dict[str, str] = {}
    for title, scenario in outcome.scenarios.items():
        turning = [fault for fault in faults if fault.turns(title)]
        red = scenario["verdict"] in RED
        if turning and not red:
            wrong[title] = f"{scenario['verdict']}, although {turning[0].slug} must turn it red"
        elif turning and _causes(scenario)[:1] != [turning[0].cause]:
            wrong[title] = (
                f"red because of {turning[0].cause}, and called {_causes(scenario)}: {scenario['reason']}"
            )
        elif red and not turning and all(fault.spares(title) for fault in faults):
            wrong[title] = f"{scenario['verdict']}, although nothing is wrong with it: {scenario['reason']}"
        elif scenario["verdict"] not in {*RED, "pass"}:
            wrong[title] = scenario["verdict"]
    assert not wrong, "\n".join([*(f"{title}: {why}" for title, why in wrong.items()), outcome.end])
    assert outcome.code != 0


def _causes(scenario: Mapping[str, list[str]]) -> list[str]:
    return list(scenario["causes"])


def _mended(kept: Kept) -> None:
    assert health.unwell(kept.target()) == ()
