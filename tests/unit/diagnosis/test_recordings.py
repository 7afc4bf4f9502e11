"""Each cause is recognised by the facts of its fault, and by those of no other, nor by those of a healthy cluster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from diagnosis import facts
from diagnosis.causes import discover, tables
from diagnosis.incident import Evidence, Incident, contradicted, never
from diagnosis.scenario import Name
from faults import fault
from reports.model import Finding
from tests.unit.diagnosis import by_hand_identity, by_hand_names, by_hand_nodes, by_hand_platform

PLACE = Path(__file__).parent / "recordings"
HAND = (by_hand_identity, by_hand_names, by_hand_nodes, by_hand_platform)
HEALTHY = "healthy"
FAULTS = fault.discover()
INCIDENTS = [each for table in tables().values() for each in table]
ALIKE: set[tuple[str, str]] = {
    ("api-vip-unheld", "vip-waits-for-cni"),
    ("pod-route-missing", "pods_closed_to_the_api"),
}
"""(a cause, the recording of another) where the first is true as well: it is the more general one."""
ASPECTS = {
    "address-pool-drift": "ranges",
    "also-notify-hostname-crash": "also-notify",
    "axfr-cilium-dns-proxy": "proxy",
    "dep-name-typo": "missing",
    "dependson-cycle": "cycle",
    "dns-vip-etp-local": "policy",
    "reserved-pool-open": "auto-assign",
    "strategy-at-ignored-path": "ignored",
}
"""Causes that the repository shows by one requirement of a rule."""


def evidence(recording: str) -> list[Evidence]:
    """The evidence of each scenario of a recording."""
    if recording in BY_HAND:
        return [made(BY_HAND[recording], FACTS.get(recording, ()))]
    document = RECORDED[recording]
    assert isinstance(document["handwritten"], bool)
    known = looks_of(document["looks"])
    return [
        Evidence(_name(each["feature"], each["id"]), tuple(each["facts"]), known)
        for each in document["scenarios"]
    ]


def looks_of(documents: Sequence[Any]) -> dict[type, object]:
    looks = [facts.decode(each) for each in documents]
    assert None not in looks, "a look cannot be read any more: record it again"
    return {type(each): each for each in looks}


def made(looks: Sequence[object], observed: Sequence[object] = ()) -> Evidence:
    """The evidence of values that were written by hand, as a record would have them."""
    documents = [json.loads(json.dumps(facts.encode(each))) for each in (looks, observed)]
    return Evidence(Name("dns/delegation", "x"), tuple(documents[1]), looks_of(documents[0]))


def _name(feature: str, scenario: str) -> Name:
    known, _, row = scenario.partition("[")
    return Name(feature, known, row.removesuffix("]"))


def fault_of(recording: str) -> str:
    """A recording is called as its fault; one of a cause without a fault, as the cause."""
    return recording.removesuffix(RUN)


def cause_of(recording: str) -> str:
    """The cause that a recording shows."""
    slug = fault_of(recording)
    return FAULTS[slug].cause if slug in FAULTS else slug


RUN = " (recorded)"
RECORDED: dict[str, dict[str, Any]] = {
    (HEALTHY if path.stem == HEALTHY else f"{path.stem}{RUN}"): json.loads(path.read_text())
    for path in PLACE.glob("*.json")
}
BY_HAND = {name: looks for each in HAND for name, looks in each.LOOKS.items()}
FACTS = {name: observed for each in HAND for name, observed in each.FACTS.items()}
OTHER_SIGNS = [(cause, looks) for each in HAND for cause, looks in each.OTHER_SIGNS.items()]
RECORDINGS = sorted(RECORDED.keys() - {HEALTHY} | BY_HAND.keys())


def _matched(one: Incident, recording: str) -> bool:
    return any(map(one.matches, evidence(recording)))


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_recording_is_matched_by_its_cause(recording: str) -> None:
    one = discover()[cause_of(recording)]
    assert _matched(one, recording)


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_recording_is_matched_by_no_other_cause_of_its_chapter(recording: str) -> None:
    cause = cause_of(recording)
    table = next(table for table in tables().values() if any(one.slug == cause for one in table))
    others = {one.slug for one in table if one.slug != cause and _matched(one, recording)}
    beside = {FAULTS[slug].cause for slug in RECORDED.get(recording, {}).get("beside", ())}
    assert others - beside == {general for general, case in ALIKE if case == fault_of(recording)}


@pytest.mark.parametrize("one", INCIDENTS, ids=lambda one: one.slug)
def test_no_cause_is_recognised_on_a_healthy_cluster(one: Incident) -> None:
    assert not _matched(one, HEALTHY)
    assert not any(one.matches(made(each.HEALTHY, each.HEALTHY_FACTS)) for each in HAND)


@pytest.mark.parametrize(("cause", "looks"), OTHER_SIGNS)
def test_a_cause_is_recognised_by_its_other_sign(cause: str, looks: Sequence[object]) -> None:
    assert discover()[cause].matches(made(looks))


@pytest.mark.parametrize(("cause", "aspect"), ASPECTS.items())
def test_a_cause_in_the_repository_is_told_by_the_requirement(cause: str, aspect: str) -> None:
    one, name = discover()[cause], Name("decisions/repository/names", "y")
    finding = Finding("a-rule", "a.yaml", level="violation", aspect=aspect)
    assert one.matches(Evidence(name, findings=(finding,)))
    assert not one.matches(Evidence(name, findings=(replace(finding, aspect="another"),)))
    assert not one.matches(Evidence(name, findings=(replace(finding, waived="known"),)))


@pytest.mark.parametrize("one", INCIDENTS, ids=lambda one: one.slug)
def test_no_cause_is_recognised_where_nothing_was_seen(one: Incident) -> None:
    assert not one.matches(Evidence(Name("dns/delegation", "x")))


def test_every_fault_of_a_converted_cause_has_a_recording() -> None:
    causes = {one.slug for one in INCIDENTS}
    shown = {slug for slug, each in FAULTS.items() if each.cause in causes}
    alone = {
        one.slug
        for one in INCIDENTS
        if one.unproven and one.matches is not never and one.matches is not contradicted
    }
    assert set(map(fault_of, RECORDINGS)) == shown | (alone - ASPECTS.keys())


def test_every_cause_without_a_fault_says_why() -> None:
    assert [one.slug for one in INCIDENTS if bool(one.unproven) is bool(one.reproduce)] == []


def test_what_no_fault_shows_is_recorded_by_hand() -> None:
    by_hand = {name for name, document in RECORDED.items() if document["handwritten"]}
    assert {name for name in RECORDED if fault_of(name) not in {*FAULTS, HEALTHY}} <= by_hand


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (Finding("a-rule", "a.yaml", level="violation"), True),
        (Finding("a-rule", "a.yaml", level="violation", waived="known"), False),
        (Finding("a-rule", "a.yaml", level="unknown"), False),
    ],
)
def test_a_repository_contradicts_a_decision_by_a_violation_without_a_waiver(
    finding: Finding, *, expected: bool
) -> None:
    assert contradicted(Evidence(Name("decisions/repository/x", "y"), findings=(finding,))) is expected
