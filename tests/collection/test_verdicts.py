"""Every way in which a scenario can end, and what the run makes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from diagnosis.look import places
from tests.collection.conftest import FEATURE, STEPS, Suite

HOT = 'assert kettle["degrees"] > 90'
KETTLE = 'return {"degrees": 100}'
UNSEEN = 'raise CannotObserve("the kettle", "the kitchen", "it is dark")'
WAIT = 'eventually(lambda: 20, lambda seen: seen > 90, expected="hot water", patience="quick")'
MESS = '@pytest.fixture\ndef mess(target):\n    yield\n    raise OSError("stuck")\n\n\n'
IMPORTS = "import pytest\nfrom probes.outcomes import CannotObserve\n"


@dataclass(frozen=True)
class End:
    """How a scenario ends, and its verdict, the beginning of its reason, and the word that pytest counts it under."""

    verdict: str
    reason: str
    counted: str
    steps: str = STEPS
    tags: str = "@conformance"


def given(body: str, arguments: str = "target") -> str:
    return STEPS.replace(KETTLE, body).replace("def kettle(target)", f"def kettle({arguments})")


def then(body: str) -> str:
    return STEPS.replace(HOT, body).replace("def hot(kettle)", "def hot(kettle, eventually)")


DARK = "cannot observe the kettle from the kitchen: it is dark"
SKIPPED = "a step skipped the rest (?); only @requires:… and unsupported(…) may"
ENDS = {
    "holds": End("pass", "", "passed"),
    "is_otherwise": End("fail", "assert 100 > 190", "failed", then(HOT.replace("90", "190"))),
    "never_happens": End("fail", "expected: hot water, within 0.3 s", "failed", then(WAIT)),
    "raises_nothing": End("fail", "DID NOT RAISE", "failed", then("with pytest.raises(KeyError): kettle")),
    "is_not_seen": End("unknown", DARK, "errors", given(UNSEEN)),
    "is_never_seen": End(
        "unknown",
        "expected: hot water",
        "errors",
        then(f"def look(): {UNSEEN}\n    {WAIT.replace('lambda: 20', 'look')}"),
    ),
    "breaks": End("unknown", "KeyError: 'degrees'", "errors", given('return {}["degrees"]')),
    "skips": End("unknown", SKIPPED, "errors", given("pytest.skip(chr(63))")),
    "expects_to_fail": End("unknown", SKIPPED, "errors", given("pytest.xfail(chr(63))")),
    "has_no_such_patience": End(
        "unknown",
        "LookupError: [patience] of the inventory does not name 'quik'; did you mean 'quick'?",
        "errors",
        then(WAIT.replace("quick", "quik")),
    ),
    "is_not_cleaned_up": End(
        "unknown", "its clean-up failed: OSError: stuck", "passed", MESS + given(KETTLE, "mess")
    ),
    "needs_power": End(
        "unsupported", "this target does not allow: power", "unsupported", tags="@conformance @requires:power"
    ),
    "says_unsupported": End(
        "unsupported", "no stove", "unsupported", given('unsupported("no stove")', "unsupported")
    ),
    "is_planned": End("planned", "assert 100 > 190", "planned", then(HOT.replace("90", "190")), "@planned"),
    "is_planned_and_unseen": End("planned", DARK, "planned", given(UNSEEN), "@planned @disruptive"),
    "is_planned_and_breaks": End("planned", "KeyError", "planned", given('return {}["degrees"]'), "@planned"),
    "is_planned_and_passes": End(
        "planned", "It is planned, and it passes.", "planned-passes", tags="@planned"
    ),
}


def feature(name: str, tags: str) -> str:
    return FEATURE.replace("@conformance", tags).replace("It is hot", name)


def scenario(suite: Suite) -> dict[str, Any]:
    """The record of the only scenario."""
    (found,) = suite.record()["scenarios"]
    return found


def test_every_end_has_its_verdict_and_what_is_red_is_red_for_pytest_too(suite: Suite) -> None:
    for name, end in ENDS.items():
        suite.add(f"ends/{name}", feature(name, end.tags), IMPORTS + end.steps)
    result = suite.run("-rA")
    found = {each["name"]: each for each in suite.results()["scenarios"]}
    assert {name: found[name]["verdict"] for name in ENDS} == {
        name: end.verdict for name, end in ENDS.items()
    }
    assert [name for name, end in ENDS.items() if not found[name]["reason"].startswith(end.reason)] == [], (
        found
    )
    counted = [end.counted for end in ENDS.values()] + ["errors"]  # the clean-up is an error of its own
    outcomes = re.findall(r"(\d+) ([a-z-]+)", result.stdout.lines[-1])
    assert {word: int(number) for number, word in outcomes} == {word: counted.count(word) for word in counted}
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    text = result.stdout.str()
    assert "NOTE: A planned scenario passes: “is_planned_and_passes”" in text
    assert "UNKNOWN steps/ends/is_not_seen.py::test_is_not_seen" in text
    assert suite.record()["problems"] == ["The clean-up of “is_not_cleaned_up” failed: OSError: stuck"]


@pytest.mark.parametrize("name", ["is_otherwise", "is_not_seen", "expects_to_fail"])
def test_what_is_red_makes_a_run_red_alone(suite: Suite, name: str) -> None:
    suite.add("water/kettle")
    suite.add(f"ends/{name}", feature(name, "@conformance"), IMPORTS + ENDS[name].steps)
    assert suite.run().ret == pytest.ExitCode.TESTS_FAILED
    assert suite.results()["verdict"] != "pass"


def test_what_is_not_promised_leaves_a_run_green(suite: Suite) -> None:
    for name in ("holds", "needs_power", "says_unsupported", "is_planned", "is_planned_and_passes"):
        suite.add(f"ends/{name}", feature(name, ENDS[name].tags), IMPORTS + ENDS[name].steps)
    result = suite.run("-v")
    assert result.ret == 0
    text = result.stdout.str()
    assert "the specification: The one scenario holds" in text
    assert "PLANNED, AND IT PASSES" in text
    assert (suite.root / "reports/out/index.html").exists()


@pytest.mark.parametrize("name", ["needs_power", "is_planned"])
def test_a_run_in_which_nothing_was_checked_is_red(suite: Suite, name: str) -> None:
    suite.add(f"ends/{name}", feature(name, ENDS[name].tags), IMPORTS + ENDS[name].steps)
    result = suite.run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "red: Nothing passed." in result.stdout.str()


def test_an_empty_selection_is_red(suite: Suite) -> None:
    suite.add("water/kettle")
    assert suite.run("-k", "no_such_scenario").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_an_empty_specification_is_red(suite: Suite) -> None:
    suite.write("steps/__init__.py", "")
    assert suite.run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_story_of_each_step_is_on_record(suite: Suite) -> None:
    steps = STEPS.replace("def hot(kettle)", "def hot(kettle, observed, attach)").replace(
        HOT,
        f'observed("the water", 100, "the kitchen"); attach("steam.txt", "hiss"); {HOT.replace("90", "190")}',
    )
    suite.add("water/kettle", FEATURE, steps)
    suite.run()
    found = scenario(suite)
    assert (found["id"], found["chapter"], found["feature"], found["feature_file"]) == (
        "water-kettle-3",
        "water",
        "Water boils",
        "features/water/kettle.feature",
    )
    first, last = found["steps"]
    assert (first["keyword"], first["text"], first["verdict"]) == ("Given", "a kettle", "pass")
    assert (last["verdict"], last["error"], last["vantage"]) == ("fail", "assert 100 > 190", "the kitchen")
    assert [(each["what"], each["value"]) for each in last["observations"]] == [("the water", "100")]
    assert [(each["name"], each["text"]) for each in last["attachments"]] == [("steam.txt", "hiss")]


def test_what_explains_a_red_scenario_is_on_record(suite: Suite) -> None:
    for name in ("is_otherwise", "is_not_seen", "never_happens", "breaks"):
        suite.add(f"ends/{name}", feature(name, "@conformance"), IMPORTS + ENDS[name].steps)
    suite.run()
    found = {each["name"]: each for each in suite.record()["scenarios"]}
    # Evidence is collected at the failure, and cannot hide it.
    kept = {each["name"]: each["text"] for each in found["is_otherwise"]["attachments"]}
    chapters = tuple(places())
    assert set(kept) == {
        *("events", "programs of the machines", "looks at"),
        *("the zone at the VPS", "logs of what publishes websites"),
        *chapters,
        *(f"{each}: facts" for each in chapters),
    }
    assert "could not be collected" in kept["events"]
    assert found["is_otherwise"]["verdict"] == "fail"
    # Both sides of a wait; and where our own code broke.
    step = found["never_happens"]["steps"][1]
    assert (step["expected"], step["observed"]) == ("hot water", "20")
    assert found["is_not_seen"]["steps"][0]["fact"]["type"] == "probes.outcomes.CannotObserve"
    assert "breaks.py" in found["breaks"]["steps"][0]["attachments"][0]["text"]


def test_rows_of_an_outline_have_names_of_their_own(suite: Suite) -> None:
    outline = FEATURE.replace("Scenario: It", "Scenario Outline: It").replace("a kettle", "a <thing>")
    steps = STEPS.replace('@given("a kettle"', '@given(parsers.parse("a {thing}")').replace(
        "import given", "import given, parsers"
    )
    suite.add(
        "water/kettle", f"{outline}\n    Examples:\n      | thing |\n      | pot |\n      | pan |\n", steps
    )
    assert suite.run().ret == 0
    assert set(suite.verdicts()) == {"It is hot (pot)", "It is hot (pan)"}
