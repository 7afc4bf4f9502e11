"""Words, numbers, and the way of records to JSON and back."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import codec, text
from reports.codec import Malformed
from reports.model import Observation, Run, Scenario, Step, Verdict
from reports.redaction import Redactor
from tests.unit.reports.demonstration import demonstration
from tests.unit.reports.made import run, scenario, step


@given(st.text(st.characters()))
def test_clean_text_can_stand_anywhere(said: str) -> None:
    cleaned = text.clean(said)
    cleaned.encode()
    element = ET.Element("a")
    element.text = cleaned
    read = ET.fromstring(ET.tostring(element)).text or ""
    assert read == cleaned
    assert text.clean(cleaned) == cleaned


def test_clean_spells_what_it_takes_away() -> None:
    assert (
        text.clean("a\x00b\x1b[1;31mred\x1b[0m\r\nc\u202ed\udc80\ttab") == "a\\x00bred\nc\\u202ed\\udc80\ttab"
    )
    assert text.clean("link \x1b]8;;http://x\x07here\x1b]8;;\x07") == "link here"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.0851, "85 ms"),
        (0.9996, "1.0 s"),
        (4.21, "4.2 s"),
        (59.96, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3720, "1 h 02 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert text.duration(seconds) == said


def test_sizes() -> None:
    assert [text.size(each) for each in (12, 2048, 3.1 * 2**30, 5 * 2**40)] == [
        "12 bytes",
        "2.0 KiB",
        "3.1 GiB",
        "5.0 TiB",
    ]


def test_times_are_utc() -> None:
    noon = datetime(2025, 12, 10, 12, 0, 0, 250_000, timezone(timedelta(hours=2)))
    assert text.timestamp(noon) == "2025-12-10T10:00:00.250Z"
    assert text.moment("2025-12-10T10:00:00.250Z") == noon
    assert text.moment("2025-12-10T10:00:00") == datetime(2025, 12, 10, 10, tzinfo=UTC)
    assert text.moment("soon") is None
    assert text.shown_time("soon") == "soon"


def test_lists_and_sentences() -> None:
    assert text.listed([]) == "none"
    assert text.listed(["a"]) == "a"
    assert text.listed(["a", "b", "c"]) == "a, b and c"
    assert text.listed(list("abcdefgh")) == "a, b, c, d, e and 3 more"
    assert text.sentence(" it broke ") == "it broke."
    assert text.sentence("did it?") == "did it?"
    assert text.first_line("\n \n  x\ny") == "x"
    assert len(text.first_line("x" * 1000)) == 240


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    made = demonstration(tmp_path, Redactor())
    assert codec.record(Run, json.loads(json.dumps(codec.plain(made)))) == made


def test_what_is_missing_takes_its_default_and_unknown_fields_are_passed_over() -> None:
    read = codec.record(Scenario, {"id": "a", "feature": "b", "name": "c", "of the future": 1})
    assert read == Scenario("a", "b", "c")
    assert read.verdict is Verdict.UNKNOWN


def test_an_unknown_verdict_is_unknown() -> None:
    assert (
        codec.record(Step, {"keyword": "Then", "text": "x", "verdict": "PASSED"}).verdict is Verdict.UNKNOWN
    )


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ([], "Run: expected an object, found list"),
        ({"id": "a", "cluster": "b", "target": "c"}, "Run: started is missing"),
        ({"id": 1, "cluster": "b", "target": "c", "started": "d"}, "Run.id: expected str, found int"),
        (
            {"id": "a", "cluster": "b", "target": "c", "started": "d", "seconds": "1"},
            "Run.seconds: expected float, found str",
        ),
        (
            {"id": "a", "cluster": "b", "target": "c", "started": "d", "scenarios": {}},
            "Run.scenarios: expected a list",
        ),
        (
            {"id": "a", "cluster": "b", "target": "c", "started": "d", "scenarios": [{"id": "x"}]},
            "Run.scenarios[0]: feature is missing",
        ),
        (
            {"id": "a", "cluster": "b", "target": "c", "started": "d", "facts": {"x": []}},
            "Run.facts.x: expected str or int or float",
        ),
        ({"id": "a", "cluster": "b", "target": "c", "started": "d", "schema": 99}, "the run has schema 99"),
    ],
)
def test_data_that_is_no_record_is_refused_with_its_place(data: object, where: str) -> None:
    with pytest.raises(Malformed) as raised:
        codec.record(Run, data)
    assert where in str(raised.value)


def test_numbers_that_json_does_not_have() -> None:
    assert codec.plain(run(seconds=math.nan))["seconds"] == 0.0
    assert codec.record(Step, {"keyword": "a", "text": "b", "seconds": math.inf}).seconds == 0.0
    assert codec.map_text(step("Then a", seconds=math.nan), str.upper, facts=list).seconds == 0.0


def test_map_text_changes_every_text_but_no_verdict() -> None:
    made = scenario("name", steps=(step("Then pass", observations=(Observation("pass", "b", "c"),)),))
    changed = codec.map_text(made, str.upper, facts=list, spare=frozenset({"feature_file"}))
    assert (changed.name, changed.verdict, changed.feature_file) == ("NAME", Verdict.PASS, made.feature_file)
    assert changed.steps[0].observations == (Observation("PASS", "B", "C"),)
    assert changed.tags == ("CONFORMANCE",)
