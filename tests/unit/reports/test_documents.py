"""results.json, junit.xml and cucumber.json say the same as the judge, to whoever reads them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest

from reports import cucumber, junit, results
from reports.attachments import Evidence
from reports.judge import judge
from reports.model import Phase, Run, Scenario, Step, Verdict
from reports.redaction import Redactor
from tests.unit.reports.demonstration import demonstration
from tests.unit.reports.made import (
    POD,
    at,
    every_verdict,
    picture,
    pins,
    run,
    scenario,
    step,
)

SCHEMA = json.loads(results.SCHEMA_FILE.read_text())
VALID = jsonschema.Draft202012Validator(SCHEMA)
EVERYTHING = run(*every_verdict(), phases=(Phase("01-infrastructure", "etcd", at(0), 1.5, "ready"),))


def rendered(renderer: ModuleType, made: Run, folder: Path = Path("nowhere")) -> str:
    return renderer.render(made, judge(made), folder, Redactor())


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


RUNS = {
    "every verdict": EVERYTHING,
    "green": run(scenario("a"), pins=pins(scenario("a"))),
    "empty": run(),
    "killed": run(scenario("a"), finished=""),
    "no times": run(scenario("a"), started="", finished="x", seconds=float("nan")),
    "attention": run(scenario("a"), scenario("b", tags=("planned",))),
}


@pytest.mark.parametrize("made", RUNS.values(), ids=RUNS.keys())
def test_results_are_valid(made: Run) -> None:
    VALID.validate(json.loads(rendered(results, made)))


def test_results_of_the_demonstration_are_valid(tmp_path: Path) -> None:
    VALID.validate(json.loads(rendered(results, demonstration(tmp_path, Redactor()), tmp_path)))


def test_the_schema_refuses_what_would_be_a_lie() -> None:
    green = json.loads(rendered(results, RUNS["green"]))
    for lie in (
        {"red": True},
        {"verdict": "fail"},
        {"finished": False},
        {"why_red": ["x"]},
        {"verdict": "passed"},
        {"start": "yesterday"},
        {"extra": 1},
    ):
        assert not VALID.is_valid({**green, **lie}), lie


def test_results_have_what_the_issue_of_them_promises() -> None:
    said = json.loads(rendered(results, EVERYTHING))
    assert (said["run_id"], said["target"], said["start"], said["duration"]) == (
        EVERYTHING.id,
        "lab",
        at(0),
        60.0,
    )
    assert [(each["layer"], each["unit"], each["seconds"]) for each in said["phases"]] == [
        ("01-infrastructure", "etcd", 1.5)
    ]
    assert {each["name"]: (each["verdict"], each["reason"]) for each in said["scenarios"]} == {
        "holds": ("pass", ""),
        "does not hold": ("fail", "it did not."),
        "cannot be seen": ("unknown", "the API is down."),
        "was not reached": ("not-run", "etcd is not ready."),
        "is planned": ("planned", "It is not built yet."),
        "is planned and passes": ("planned", "It is planned, and it passes."),
        "needs power": ("unsupported", "power is needed."),
    }
    assert [each["planned_passes"] for each in said["scenarios"]].count(True) == 1
    assert said["counts"] == {
        "unknown": 1,
        "pass": 1,
        "fail": 1,
        "not-run": 1,
        "planned": 2,
        "unsupported": 1,
    }
    assert said["unsupported"] == {"power": ["needs power"]}


def test_junit_maps_verdicts_to_what_it_has_words_for() -> None:
    tree = ET.fromstring(rendered(junit, EVERYTHING))
    told = {
        case.get("name"): {child.tag: child.get("message") for child in case}
        for case in tree.iter("testcase")
    }
    outcomes = {
        name: next(
            ((tag, message) for tag, message in children.items() if tag in ("failure", "error", "skipped")),
            None,
        )
        for name, children in told.items()
    }
    assert outcomes == {
        "holds": None,
        "does not hold": ("failure", "it did not."),
        "cannot be seen": ("error", "the API is down."),
        "was not reached": ("error", "etcd is not ready."),
        "is planned": ("skipped", "It is not built yet."),
        "is planned and passes": ("skipped", "It is planned, and it passes."),
        "needs power": ("skipped", "power is needed."),
    }


def test_junit_is_read_by_others() -> None:
    read = junitparser.JUnitXml.fromstring(rendered(junit, EVERYTHING).encode())
    (suite,) = read
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (7, 1, 2, 3)
    kinds = {case.name: [type(each).__name__ for each in case.result] for case in suite}
    assert kinds["does not hold"] == ["Failure"]
    assert kinds["was not reached"] == ["Error"]
    assert kinds["needs power"] == ["Skipped"]
    assert kinds["holds"] == []


@pytest.mark.parametrize("renderer", [junit, cucumber])
def test_a_run_that_is_red_as_a_whole_is_red_for_every_reader(renderer: ModuleType) -> None:
    made = run(scenario("a"), finished="", problems=("features/x.feature is bound to no test",))
    document = rendered(renderer, made)
    if renderer is junit:
        read = junitparser.JUnitXml.fromstring(document.encode())
        assert (read.tests, read.errors) == (3, 2)
    else:
        steps = json.loads(document)[0]["elements"][0]["steps"]
        assert [each["result"]["status"] for each in steps] == ["failed", "failed"]
    assert "features/x.feature is bound to no test." in document


def test_a_green_run_has_nothing_of_its_own_to_say() -> None:
    assert [each["name"] for each in json.loads(rendered(cucumber, RUNS["green"]))] == ["A made feature"]
    assert [
        each.name for each in junitparser.JUnitXml.fromstring(rendered(junit, RUNS["green"]).encode())
    ] == ["A made feature"]


def test_cucumber_comes_to_the_same_verdict_by_its_steps() -> None:
    (feature,) = json.loads(rendered(cucumber, EVERYTHING))
    statuses = {
        element["name"]: [each["result"]["status"] for each in element["steps"]]
        for element in feature["elements"]
    }
    assert statuses == {
        "holds": ["passed", "passed"],
        "does not hold": ["passed", "failed"],
        "cannot be seen": ["failed"],
        "was not reached": ["failed"],
        "is planned": ["pending"],
        "is planned and passes": ["passed", "passed", "pending"],
        "needs power": ["skipped"],
    }
    message = feature["elements"][2]["steps"][0]["result"]["error_message"]
    assert message == "unknown: the API is down"
    assert feature["tags"] == []


def test_cucumber_does_not_believe_a_pass_that_the_steps_do_not_show() -> None:
    made = run(
        scenario(
            "broken clean-up", Verdict.UNKNOWN, reason="the namespace is still there", steps=(step("Then a"),)
        )
    )
    steps = json.loads(rendered(cucumber, made))[-1]["elements"][0]["steps"]
    assert [each["result"]["status"] for each in steps] == ["passed", "failed"]


def test_cucumber_has_evidence_tables_and_times(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path, Redactor())
    shown = step(
        "Then it is seen",
        seconds=1.25,
        table=(("a", "b"), ("1", "2")),
        docstring="long",
        attachments=(
            evidence.attach("s", "screen.png", picture(8, 8), "image/png"),
            evidence.attach("s", "log", "a line"),
        ),
    )
    withheld = evidence.attach("s", "big.bin", b"\0" * 5_000_000, "application/octet-stream")
    made = run(scenario("seen", steps=(shown,), attachments=(withheld,)))
    (told,) = json.loads(rendered(cucumber, made, tmp_path))[0]["elements"][0]["steps"]
    assert told["result"]["duration"] == 1_250_000_000
    assert told["rows"] == [{"cells": ["a", "b"]}, {"cells": ["1", "2"]}]
    assert told["doc_string"]["value"] == "long"
    kinds = [(each["mime_type"], base64.b64decode(each["data"])) for each in told["embeddings"]]
    assert kinds[0] == ("image/png", picture(8, 8))
    assert kinds[1] == ("text/plain", b"a line")
    assert kinds[2][0] == "text/plain"
    assert kinds[2][1].startswith(b"Not kept")


def hostile(text: str) -> Scenario:
    """A scenario with this text wherever text can stand, made by other hands than the recorder's."""
    seen = replace(step("Given x"), text=text, keyword=text, error=text, expected=text, observed=text, vantage=text,
                   verdict=Verdict.FAIL, table=((text,),), docstring=text)  # fmt: skip
    return Scenario(text, text, text, Verdict.FAIL, text, text, text, text, text, text, (text,), 1.0, text, text,
                    steps=(seen, Step(text, text)), causes=(text,), incidents=(text,))  # fmt: skip


HOSTILE = {
    "control characters": "".join(map(chr, range(32))) + "\x7f\x85",
    "not XML": "\ufffe\uffff ]]> <![CDATA[ <!-- --> &#0; &bad;",
    "lone surrogates": "\udc80\ud800",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`",
    "right to left": "\u202eevil\u202c",
    "nothing": "",
    "long": "x" * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_breaks_no_document(text: str) -> None:
    made = run(
        hostile(text),
        scenario("ordinary"),
        phases=(Phase(text, text, text, 1, text, text, text),),
        problems=(text,),
    )
    said = rendered(results, made).encode("utf-8", "backslashreplace")
    assert len(json.loads(said)["scenarios"]) == 2
    assert len(json.loads(rendered(cucumber, made).encode("utf-8", "backslashreplace"))) == 3
    assert len(list(ET.fromstring(rendered(junit, made)).iter("testcase"))) == 3
    junitparser.JUnitXml.fromstring(rendered(junit, made).encode())
    assert POD not in said.decode()
