"""Which scenarios run side by side, and that it does not matter in which order: on a target that is none."""

from __future__ import annotations

import json

import pytest

from fixtures.durations import BUILD
from tests.collection.conftest import FEATURE as KETTLE
from tests.collection.conftest import Suite

FEATURE = """\
Feature: Water is disturbed

  @disruptive @touches:vault
  Scenario Outline: Vault is stirred
    When vault is in hand for <row>
    Then no other has vault

    Examples:
{rows}

  @disruptive @touches:etcd @touches:vault
  Scenario Outline: Vault and etcd are stirred
    When vault is in hand for <row>
    And etcd is in hand for <row>
    Then no other has etcd

    Examples:
{rows}

  @disruptive
  Scenario Outline: All is stirred
    When vault is in hand for <row>
    And etcd is in hand for <row>
    And registry is in hand for <row>
    Then no other has registry

    Examples:
{rows}

  @disruptive @touches:registry
  Scenario Outline: The registry is stirred
    When registry is in hand for <row>
    Then no other has registry

    Examples:
{rows}
"""
STEPS = """\
import os
import pytest
from pytest_bdd import parsers, scenarios, then, when

from probes.waiting import Patience

scenarios("water/kettle.feature")

SHORT = Patience(within=0.1, every=0.05, hold=0.05)


@pytest.fixture
def held():
    names = []
    yield names
    for name in names:
        os.unlink(name)


@when(parsers.parse("{name} is in hand for {row}"))
def in_hand(name, row, held):
    os.close(os.open(name, os.O_CREAT | os.O_EXCL))
    held.append(name)


@then(parsers.parse("no other has {name}"))
def alone(name, held, holds):
    holds(lambda: held[-1], lambda last: last == name, expected="it is ours", patience=SHORT)
"""
MEETING = """\
from pathlib import Path

from pytest_bdd import parsers, scenarios, then, when

scenarios("water/kettle.feature")


@when(parsers.parse("{name} is here"))
def here(name):
    Path(name).touch()


@then(parsers.parse("{name} comes"))
def comes(name, eventually):
    seen = eventually(Path(name).exists, bool, expected="the other", patience="slow")
    assert seen
"""
MEET = """\
@disruptive
Feature: Two meet

  @touches:vault
  Scenario: One
    When one is here
    Then two comes

  @touches:registry
  Scenario: The other
    When two is here
    Then one comes
"""
TIMES = 10


@pytest.mark.parametrize("first", ["Vault is", "All is"])
def test_what_overlaps_is_never_together_whichever_comes_first(suite: Suite, first: str) -> None:
    rows = "\n".join(["      | row |", *(f"      | {number} |" for number in range(TIMES))])
    suite.add("water/kettle", FEATURE.format(rows=rows), STEPS)
    collected = suite.run_alone("--collect-only", "-q").stdout.lines
    ids = [line for line in collected if "::" in line]
    long = first.partition(" ")[0].lower()
    known = {each: 9.0 if each.rpartition("::")[2].startswith(f"test_{long}_is") else 1.0 for each in ids}
    suite.write("cache/clusterspec/durations/fake.json", json.dumps(known))
    assert suite.run_alone("-n", "3").ret == 0, suite.verdicts()
    verdicts = [each["verdict"] for each in suite.record()["scenarios"]]
    assert verdicts == ["pass"] * 4 * TIMES


def test_what_touches_nothing_in_common_runs_side_by_side(suite: Suite) -> None:
    suite.add("water/kettle", MEET, MEETING)
    assert suite.run_alone("-n", "2").ret == 0, suite.verdicts()


def test_what_is_not_known_cannot_be_touched(suite: Suite) -> None:
    suite.add("water/kettle", MEET.replace("touches:vault", "touches:valut"), MEETING)
    result = suite.run()
    assert result.ret != 0
    assert "known are etcd, ingress" in result.stdout.str() + result.stderr.str()


def test_what_a_run_has_taken_is_known_to_the_next(suite: Suite) -> None:
    for name in "abc":
        suite.add(f"water/{name}", KETTLE.replace("It is hot", f"{name} is hot"))
    first = suite.run("-v")
    file = suite.root / "cache/clusterspec/durations/fake.json"
    known = json.loads(file.read_text())
    assert list(known) == [BUILD, *(f"water-{name}-3" for name in "abc")]
    assert "scenarios are over" not in first.stdout.str(), "nothing was known yet"
    file.write_text(json.dumps({name: 600.0 if "-b-" in name else 1.0 for name in known}))
    second = suite.run("-v")
    assert order(second) == ["test_b_is_hot", "test_a_is_hot", "test_c_is_hot"]
    assert "0 of 3 scenarios are over, about 10 min left" in second.stdout.str()
    later = json.loads(file.read_text())
    assert 300 <= next(seconds for name, seconds in later.items() if "-b-" in name) < 310


def order(result: pytest.RunResult) -> list[str]:
    return [line.split("::")[1].split()[0] for line in result.stdout.lines if line.startswith("steps/")]
