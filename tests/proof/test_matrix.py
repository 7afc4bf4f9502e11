"""Fault x scenario: what must notice does, nothing else does, and the first cause that is named is the one injected.

Faults that cannot be mistaken for each other share a run. Those with a wide reach have one of their own, of which
the scenarios are run that must notice and some that must not. By default a few faults are proven, by the scenarios
that they touch and the witnesses; `CLUSTERSPEC_PROOF=all` proves every fault, and runs the whole conformance profile
where many share a run. What only disruptive scenarios notice is proven by these.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

import pytest

from diagnosis import causes
from diagnosis.scenario import Name
from faults.fault import Fault, discover, relation
from faults.symptoms import API_SILENT
from inventory import load
from tests.kept import ROOT, Kept, Outcome
from tests.proof.batches import batches
from tests.unit.faults.test_catalogue import SCENARIOS

CONFORMANCE = [
    name for name, told in SCENARIOS.items() if {"conformance", "planned"} & told.tags == {"conformance"}
]
DISRUPTIVE = [
    name for name, told in SCENARIOS.items() if {"disruptive", "planned"} & told.tags == {"disruptive"}
]
NAMES = {str(name): name for name in SCENARIOS}
INCIDENTS = causes.known(relation())
PROVABLE = [fault for fault in discover().values() if any(map(fault.turns, CONFORMANCE))]
SHARED = batches([fault for fault in PROVABLE if not fault.alone], CONFORMANCE, INCIDENTS)
ALONE = [fault for fault in PROVABLE if fault.alone]
ALL = os.environ.get("CLUSTERSPEC_PROOF") == "all"
LARGEST = max(SHARED, key=len)
at_length = pytest.mark.skipif(not ALL, reason="proven with CLUSTERSPEC_PROOF=all")
IN_SHORT = (
    "coredns_absent",
    "glue_missing",
    "store_unauthenticated",
    "unknown_names_passed_on",
)
"""One of each way to break: an object, an outside host, who lets whom in, the proxy. All of them take about an hour."""
BY_DISRUPTION = ("mirror_without_upstream", "snapshots_empty", "vault_server_sealed")
"""What shows best, or only, where something is broken by the scenario itself."""
ABSENT = tuple(
    name
    for name in ("Gitea", "Grafana", "Harbor", "Matrix", "Vault")
    if name.lower() not in load(ROOT / "inventories/lab.toml").relying_parties
)
"""Applications that the lab does not have: what is asked of them is unsupported there, and nothing else is."""
WITNESSES = (
    "decisions/cni_is_infrastructure",
    "pod-to-pod[a pod on the first controller, the second controller]",
    "pools-as-planned",
    "networking/routes",
    "nodes/control_plane",
    "nodes-ready",
    "nodes-have-addresses",
    "nodes-have-version",
    "secrets/sealing_key",
)
"""Quick ones of each chapter, run with every fault: those that it must spare have to stay green."""
EACH_OF_MANY = 4
"""Of a wide fault's scenarios in one feature so many are run: each waits out its whole patience."""
AFTERWARDS = (
    "pod-to-service[its name]",
    "services-pool-auto-assigned",
    "nodes/nodes",
    "nodes/control_plane",
)
"""What is run, without a fault, when all of them are over."""
RED = frozenset({"fail", "unknown"})


@pytest.mark.parametrize("batch", SHARED, ids=["+".join(fault.slug for fault in batch) for batch in SHARED])
def test_faults_that_cannot_be_mistaken_for_each_other(kept: Kept, batch: tuple[Fault, ...]) -> None:
    if not ALL:
        pytest.skip("proven with CLUSTERSPEC_PROOF=all")
    only = None if batch is LARGEST else [*WITNESSES, *map(str, _touched(batch))]
    outcome = kept.specification(
        "-m", "conformance", faults=[fault.slug for fault in batch], only=only, workers=2
    )
    _judge(outcome, batch)
    assert set(outcome.causes) >= {fault.cause for fault in batch}
    kept.be_healthy()


@pytest.mark.skipif(ALL, reason="all faults are proven")
@pytest.mark.parametrize("slug", IN_SHORT)
def test_some_faults_in_short(kept: Kept, slug: str) -> None:
    fault = discover()[slug]
    outcome = kept.specification(
        "-m", "conformance", faults=[slug], only=[*WITNESSES, *map(str, _touched((fault,)))], workers=3
    )
    _judge(outcome, (fault,))
    assert outcome.causes[0] == fault.cause
    kept.be_healthy()


@at_length
@pytest.mark.parametrize("slug", ["coredns_absent", "pool_outgrown"])
def test_the_whole_conformance_with_one_fault(kept: Kept, slug: str) -> None:
    fault = discover()[slug]
    outcome = kept.specification("-m", "conformance", faults=[slug], workers=2)
    assert len(outcome.verdicts) == len(CONFORMANCE)
    _judge(outcome, (fault,))
    assert outcome.causes[0] == fault.cause
    kept.be_healthy()


@at_length
@pytest.mark.parametrize("fault", ALONE, ids=[fault.slug for fault in ALONE])
def test_a_fault_of_wide_reach(kept: Kept, fault: Fault) -> None:
    blinds = fault.shows is API_SILENT
    # A worker would find no cluster to attach to; the run's owner has attached before. And each look at a dead API
    # takes seconds, so one scenario of each feature has to do.
    witnesses, each = (WITNESSES[-1:], 1) if blinds else (WITNESSES, EACH_OF_MANY)
    only = [*witnesses, *map(str, _some(_touched((fault,)), each))]
    outcome = kept.specification(
        "-m", "conformance", faults=[fault.slug], only=only, workers=0 if blinds else 3
    )
    _judge(outcome, (fault,))
    assert outcome.causes[0] == fault.cause
    kept.be_healthy()


@at_length
@pytest.mark.parametrize("slug", BY_DISRUPTION)
def test_a_fault_that_disruptive_scenarios_notice(kept: Kept, slug: str) -> None:
    fault = discover()[slug]
    only = [*map(str, _touched((fault,), DISRUPTIVE))]
    outcome = kept.specification("-m", "disruptive", faults=[slug], only=only)
    assert set(outcome.verdicts) == set(only), outcome.end
    _judge(outcome, (fault,))
    assert outcome.causes[0] == fault.cause
    kept.be_healthy()


def test_it_is_all_well_in_the_end(kept: Kept) -> None:
    outcome = kept.specification("-m", "conformance", only=AFTERWARDS, workers=2)
    assert {name for name, verdict in outcome.verdicts.items() if verdict != "pass"} == set(), outcome.end
    assert outcome.code == 0, outcome.end


def _touched(faults: Iterable[Fault], names: Iterable[Name] = CONFORMANCE) -> list[Name]:
    return [name for name in names if any(fault.turns(name) for fault in faults)]


def _some(names: Iterable[Name], each: int) -> list[Name]:
    """Return so many of the scenarios of each feature."""
    of_feature: dict[str, list[Name]] = {}
    for name in names:
        of_feature.setdefault(name.feature, []).append(name)
    return [name for found in of_feature.values() for name in found[:each]]


def _judge(outcome: Outcome, faults: tuple[Fault, ...]) -> None:
    """Every scenario that was run has the colour that the faults promise, and the cause of the fault that turned it."""
    assert outcome.verdicts, outcome.end
    wrong: dict[str, str] = {}
    for known, scenario in outcome.scenarios.items():
        name = NAMES[known]
        turning = [fault for fault in faults if fault.turns(name)]
        red = scenario["verdict"] in RED
        if scenario["verdict"] == "unsupported" and _of_the_absent(name):
            continue
        if turning and not red:
            wrong[known] = f"{scenario['verdict']}, although {turning[0].slug} must turn it red"
        elif turning and _causes(scenario)[:1] != [turning[0].cause]:
            wrong[known] = (
                f"red because of {turning[0].cause}, and called {_causes(scenario)}: {scenario['reason']}"
            )
        elif red and not turning and all(fault.spares(name) for fault in faults):
            wrong[known] = f"{scenario['verdict']}, although nothing is wrong with it: {scenario['reason']}"
        elif scenario["verdict"] not in {*RED, "pass"}:
            wrong[known] = scenario["verdict"]
    assert not wrong, "\n".join([*(f"{name}: {why}" for name, why in wrong.items()), outcome.end])
    assert outcome.code != 0


def _causes(scenario: Mapping[str, list[str]]) -> list[str]:
    return list(scenario["causes"])


def _of_the_absent(name: Name) -> bool:
    return any(re.search(rf"\b{party}\b", f"{name.row} {name.feature}", re.IGNORECASE) for party in ABSENT)
