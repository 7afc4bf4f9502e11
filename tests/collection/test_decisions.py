"""Runs that hold decisions against a repository: nothing is built, and nothing is forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.collection.conftest import FEATURE, Suite
from tests.unit.repository.made import SYNC, config_map, flux, resources, write

DECISION = FEATURE.replace("@conformance", "@decision").replace("It is hot", "It can be read")
STEPS = """\
from pytest_bdd import given, scenarios, then

scenarios("water/kettle.feature")


@given("a kettle")
def kettle(audited, observed):
    observed("what was read", audited.summary)


@then("it is hot")
def hot(unread):
    assert unread == ()
"""
FILES = {
    "k8s/flux-system/gotk-sync.yaml": SYNC,
    "k8s/kustomization.yaml": resources("a.yaml", "b.yaml"),
    "k8s/a.yaml": flux("a", "./a"),
    "k8s/b.yaml": flux("b", "./a", "  dependsOn:\n    - name: a\n"),
    "a/one.yaml": config_map("one"),
}
BROKEN = {"broken.yaml": "a: [\n", "worse.yaml": "b: {\n"}


@pytest.fixture
def decisions(suite: Suite) -> Suite:
    suite.add("water/kettle", DECISION, STEPS)
    suite.add("water/pot")
    write(suite.root / "owners", FILES)
    return suite


def test_without_a_repository_it_is_said_what_to_give(decisions: Suite) -> None:
    result = decisions.run("-m", "decision")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: a decision is held against a repository: give --repository=PATH, or *"]
    )
    assert decisions.built == 0


def test_without_a_repository_other_profiles_do_not_notice(decisions: Suite) -> None:
    decisions.pin("water-kettle-3: run", "[conformance]", "water-pot-3: run", profile="decision")
    result = decisions.run()
    assert result.ret == 0, result.stdout.str()
    assert decisions.verdicts() == {"It is hot": "pass"}


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_nothing_is_built_for_decisions(decisions: Suite, workers: tuple[str, ...]) -> None:
    decisions.pin("water-kettle-3: run", "[conformance]", "water-pot-3: run", profile="decision")
    result = decisions.run_alone("-m", "decision", "--repository=owners", *workers)
    assert result.ret == 0, result.stdout.str()
    assert decisions.built == 0
    record = decisions.record()
    assert (record["cluster"], record["target"], record["provider"]) == ("owners", "repository", "")
    assert record["pins"]["water-kettle-3"] == {"profile": "decision", "expected": "", "why": ""}
    assert decisions.results()["expected"] == {"decision": 1}
    (graph,) = record["graphs"]
    assert graph["edges"] == [["a", "b"]]
    assert "What waits for what" in (decisions.root / "reports/out/index.html").read_text()


def test_a_pinned_decision_that_is_missing_is_red(decisions: Suite) -> None:
    decisions.pin("a-decision: run", "water-kettle-3: run", profile="decision")
    assert decisions.run("-m", "decision", "--repository=owners").ret != 0


def test_all_that_is_wrong_is_told_everywhere(decisions: Suite) -> None:
    write(decisions.root / "owners", BROKEN)
    options = ("-m", "decision", "--repository=owners", "--sarif=out/found.sarif", "--annotations=github")
    result = decisions.run(*options)
    assert result.ret == 1
    for file in BROKEN:
        assert f"{file}:2: it is not YAML" in result.stdout.str()
    result.stdout.fnmatch_lines(["::warning file=broken.yaml,line=2,title=unread::*"])
    found: dict[str, Any] = json.loads((decisions.root / "out/found.sarif").read_text())
    assert [each["ruleId"] for each in found["runs"][0]["results"]] == ["unread", "unread"]
    (scenario,) = decisions.results()["scenarios"]
    assert [each["file"] for each in scenario["findings"]] == ["broken.yaml", "worse.yaml"]


def test_the_inventory_may_name_the_repository(decisions: Suite) -> None:
    inventory = decisions.root / "inventories/lab.toml"
    inventory.write_text(inventory.read_text() + '\n[repository]\npath = "../owners"\n')
    assert decisions.run("-m", "decision").ret == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repository=nowhere",), "*nowhere is not a folder"),
        (("--repository=owners", "--waivers=none.toml"), "*none.toml is not a file"),
        (("--repository=owners", "--waivers=bad.toml"), "*bad.toml: the key 'waivers' is not known"),
    ],
)
def test_what_the_user_has_to_change_is_said_at_once(
    decisions: Suite, options: tuple[str, ...], said: str
) -> None:
    decisions.write("bad.toml", "[waivers]\n")
    result = decisions.run("-m", "decision", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {said}"])
