"""What is pinned beside an inventory is what a run of it must be."""

from __future__ import annotations

import pytest

from tests.collection.conftest import FEATURE, STEPS, Suite

COLLECTION_FAILED = pytest.ExitCode.INTERRUPTED
KETTLE, POT = "water-kettle-3", "water-pot-3"
OFF = FEATURE.replace("@conformance", "@conformance @requires:power")
ABROAD = STEPS.replace("def kettle(target)", "def kettle(target, at_node)")
ACCUSING = STEPS.replace("def kettle(target)", "def kettle(target, unsupported)").replace(
    "    return {", '    unsupported("there is no water")\n    return {'
)


@pytest.fixture
def pots(suite: Suite) -> Suite:
    suite.add("water/kettle")
    suite.add("water/pot", FEATURE.replace("It is hot", "It is warm"))
    return suite


@pytest.mark.parametrize("arguments", [(), ("-m", "conformance"), ("steps",), (".",), ("-k", "hot")], ids=str)
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((f"{KETTLE}: run",), f"not pinned: {POT}; if it is meant so, run make pin"),
        (
            (f"{KETTLE}: run", f"{POT}: run", "water-gone-3: run"),
            "pinned, and there is no such scenario: water-gone-3; if it is meant so, run make pin",
        ),
        ((f"{KETTLE}: run", "[bootstrap]", f"{POT}: run"), f"pinned in another profile: {POT};"),
    ],
    ids=["one_more", "one_less", "moved"],
)
def test_a_whole_collection_is_held_against_the_pins_before_anything_is_built(
    pots: Suite, arguments: tuple[str, ...], lines: tuple[str, ...], said: str
) -> None:
    pots.pin(*lines)
    result = pots.run(*arguments)
    assert result.ret == COLLECTION_FAILED
    assert said in result.stdout.str()
    assert pots.built == 0


def test_as_pinned_is_green_and_the_record_has_the_pins(pots: Suite) -> None:
    pots.pin(f"{KETTLE}: run", f"{POT}: run")
    result = pots.run()
    assert result.ret == 0, result.stdout.str()
    assert pots.record()["pins"][KETTLE] == {"profile": "conformance", "expected": "run", "why": ""}


def test_a_part_of_the_specification_misses_nothing(pots: Suite) -> None:
    pots.pin(f"{KETTLE}: run", f"{POT}: run")
    result = pots.run("steps/water/kettle.py")
    assert result.ret == 0
    assert "This run was narrowed (steps/water/kettle.py)" in result.stdout.str()


@pytest.mark.parametrize("option", ["--ignore=steps/water/pot.py", "--stepwise"])
def test_what_narrows_a_run_is_said(pots: Suite, option: str) -> None:
    pots.pin(f"{KETTLE}: run", f"{POT}: run")
    result = pots.run(option)
    assert result.ret == 0
    assert f"This run was narrowed ({option}" in result.stdout.str()


def test_a_selection_by_name_misses_nothing_of_what_was_collected(pots: Suite) -> None:
    pots.pin(f"{KETTLE}: run", f"{POT}: run")
    result = pots.run("-k", "warm")
    assert result.ret == 0
    assert pots.verdicts() == {"It is warm": "pass"}
    assert "This run was narrowed (-k warm)" in result.stdout.str()


def test_one_more_unsupported_is_red_and_unsupported_is_listed_by_reason(pots: Suite) -> None:
    pots.add("water/cold", OFF)
    pots.add("water/ice", OFF)
    pots.pin(*(f"{each}: run" for each in (KETTLE, POT, "water-cold-3")), "water-ice-3: unsupported no power")
    result = pots.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "unsupported (2): this target does not allow: power.",
            "red: One more scenario is unsupported than is pinned: water-cold-3: this target does not allow: power.",
        ]
    )


def test_without_a_pin_file_one_line_says_how_to_make_one(pots: Suite) -> None:
    result = pots.run()
    assert result.ret == 0
    assert result.stdout.str().count("make pin") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{KETTLE} run", "is no “id: run” of a [[]profile]"),
        (f"{KETTLE}: skip", "is no “id: run” of a [[]profile]"),
        (f"{KETTLE}: unsupported", "have a reason, others have none"),
        (f"{KETTLE}: run fast", "have a reason, others have none"),
        (f"{KETTLE}: run\n{KETTLE}: run", f"{KETTLE} is pinned twice"),
        ("[water]", "[[]water] is none of bootstrap, conformance"),
    ],
)
def test_a_line_that_is_no_pin_is_one_clear_error(pots: Suite, line: str, said: str) -> None:
    pots.pin(line)
    result = pots.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *lab.pins: line *{said}*"])


def test_pins_are_written_as_far_as_the_inventory_tells_and_hold(pots: Suite) -> None:
    pots.add("water/cold", OFF)
    pots.add("water/abroad", steps=ABROAD)
    pots.add("water/later", FEATURE.replace("@conformance", "@conformance @planned"))
    result = pots.run("--pin")
    assert result.ret == 0, result.stdout.str()
    assert "1 planned, 2 run, 2 unsupported" in result.stdout.str()
    assert pots.pins == [
        "water-abroad-3: unsupported the inventory has no [probe]: there is no way onto a node",
        "water-cold-3: unsupported this target does not allow: power",
        f"{KETTLE}: run",
        f"{POT}: run",
        "water-later-3: planned",
    ]
    assert pots.built == 0
    assert pots.run("--collect-only").ret == 0


def test_what_only_a_run_tells_is_pinned_from_it_and_stays(pots: Suite) -> None:
    pots.add("water/dry", steps=ACCUSING)
    assert pots.run("--pin").ret == 0
    assert "water-dry-3: run" in pots.pins
    assert pots.run().ret == 1
    assert pots.run("--pin-from-run").ret == 0
    dry = "water-dry-3: unsupported as seen in a run: there is no water"
    assert dry in pots.pins
    assert pots.run().ret == 0
    assert pots.run("--pin").ret == 0
    assert dry in pots.pins


def test_a_known_failure_is_kept_where_pins_are_written(pots: Suite) -> None:
    pots.pin(f"{KETTLE}: known-failure water-boiled-away")
    assert pots.run("--pin").ret == 0
    assert pots.pins == [f"{KETTLE}: known-failure water-boiled-away", f"{POT}: run"]


def test_pins_are_of_the_whole_and_of_no_lie(pots: Suite) -> None:
    assert pots.run("--pin", "steps/water/kettle.py").ret == pytest.ExitCode.USAGE_ERROR
    pots.add("water/empty", FEATURE.replace("Then it is hot", "And a kettle"))
    assert pots.run("--pin").ret == COLLECTION_FAILED
    assert not (pots.root / "inventories/lab.pins").exists()


def test_a_known_failure_makes_no_run_red_while_its_incident_is_seen_and_one_that_holds_does(
    pots: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    pots.add("water/leak", steps=STEPS.replace("> 90", "> 900"))
    pots.pin(f"{KETTLE}: run", f"{POT}: run", "water-leak-3: known-failure a-leak")
    assert pots.run().ret == 1
    monkeypatch.setattr("fixtures.recording.Naming.causes", lambda _naming, _red: ("a-leak",))
    result = pots.run()
    assert result.ret == 0, result.stdout.str()
    assert "2 pass, 1 known to fail" in result.stdout.str()
    pots.pin(f"{KETTLE}: known-failure a-leak", f"{POT}: run", "water-leak-3: known-failure a-leak")
    result = pots.run()
    assert result.ret == 1
    assert f"red: {KETTLE} holds, and is pinned to fail by a-leak: needed no more" in result.stdout.str()


ROWS = """\
@conformance
Feature: Water boils

  @id:boils
  Scenario Outline: It is hot at <nth>
    Given a kettle
    Then it is hot
    And <nth> is a place

    @each:control-plane-node
    Examples:
      | nth   |
      | <nth> |

    Examples:
      | nth   |
      | first |

  @id:cools
  Scenario Outline: It is cold at <nth>
    Given a kettle
    Then it is hot
    And <nth> is a place

    @each:worker
    Examples:
      | nth   |
      | <nth> |
"""
PLACES = STEPS.replace("import given,", "import given, parsers,") + (
    '\n\n@then(parsers.parse("{nth} is a place"))\ndef place(nth):\n    assert nth in ("first", "second", "third")\n'
)


def test_rows_are_made_from_the_inventory_each_once(suite: Suite) -> None:
    suite.write("features/water/kettle.feature", ROWS)
    suite.write("steps/water/kettle.py", PLACES)
    assert suite.run("--pin").ret == 0
    assert suite.pins == ["boils[first]: run"]
    inventory = suite.root / "inventories/lab.toml"
    more = [
        f'[[nodes]]\nname = "n{n}"\nrole = "{role}"\naddress = "10.0.2.{n}"\n'
        for n, role in ((1, "controlplane"), (4, "controlplane"), (2, "worker"), (3, "worker"))
    ]
    inventory.write_text(inventory.read_text().replace("[node]\n", "\n".join([*more, "[node]\n"]), 1))
    assert suite.run("--collect-only").ret == COLLECTION_FAILED
    assert suite.run("--pin").ret == 0
    boils, cools = ("first", "second", "third"), ("first", "second")
    assert suite.pins == [*(f"boils[{nth}]: run" for nth in boils), *(f"cools[{nth}]: run" for nth in cools)]
    assert suite.run().ret == 0
    suite.write("features/water/kettle.feature", ROWS.replace("@each:worker", "@each:kettle"))
    result = suite.run()
    assert result.ret == COLLECTION_FAILED
    assert "“It is cold at <nth>”: @each:kettle is not known" in result.stdout.str()
