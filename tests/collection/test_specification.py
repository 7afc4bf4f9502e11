"""What would make a specification say less than it seems to stops the run before anything is built."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.collection.conftest import FEATURE, STEPS, Suite, with_ids

COLLECTION_FAILED = pytest.ExitCode.INTERRUPTED
OUTLINE = FEATURE.replace("Scenario: It is hot", "Scenario Outline: It is hot").replace(
    "a kettle", "a <thing>"
)
FORGETFUL = STEPS.replace("import given, scenarios,", "import given, scenario,").replace(
    'scenarios("water/kettle.feature")',
    '@scenario("water/kettle.feature", "It is hot")\ndef test_hot():\n    pass',
)


@dataclass(frozen=True)
class Lie:
    """A feature and its twin that are not what they seem, and the words in which that is said.

    ``place`` is the line of the feature that is named, 0 for the file as a whole; ``steps`` None: there is no twin.
    """

    says: str
    feature: str = FEATURE
    steps: str | None = STEPS
    place: int = 0


def then(body: str) -> Lie:
    steps = STEPS.replace('assert kettle["degrees"] > 90', body)
    return Lie("“it is hot” asserts nothing: steps/{name}.py:11", steps=steps, place=6)


def second(definition: str) -> Lie:
    steps = f"{STEPS}\n\n{definition}\ndef another(): ...\n\n\nfrom pytest_bdd import parsers\n"
    steps = steps.replace("import given,", "import given, parsers,")
    says = '2 definitions match “a kettle”: steps/{name}.py:16 "'
    return Lie(says, steps=steps, place=5)


def tag(text: str) -> str:
    return FEATURE.replace("  Scenario:", f"  {text}\n  Scenario:")


LIES = {
    "without_a_twin": Lie("no test is bound to it: steps/{name}.py does not exist", steps=None),
    "not_bound_by_its_twin": Lie(
        "no test is bound to it: steps/{name}.py does not name it in scenarios(…)", steps=""
    ),
    "left_out_by_its_twin": Lie(
        "no test is bound to “It is forgotten”: steps/{name}.py does not take all scenarios",
        f"{FEATURE}\n  Scenario: It is forgotten\n    Then it is hot\n",
        FORGETFUL,
    ),
    "sentence_without_definition": Lie(
        "no step definition for: Given a samovar", FEATURE.replace("a kettle", "a samovar"), place=5
    ),
    "row_without_definition": Lie(
        "no step definition for: Given a samovar",
        f"{OUTLINE}\n    Examples:\n      | thing |\n      | kettle |\n      | samovar |\n",
        place=5,
    ),
    "defined_twice": second('@given("a kettle")'),
    "defined_more_broadly": second('@given(parsers.parse("a {thing}"))'),
    "defined_by_pattern": second('@given(parsers.re("a k.*"))'),
    "shared_sentence_redefined": Lie(
        "2 definitions match “a shared kettle”: shared.py:4",
        FEATURE.replace("a kettle", "a shared kettle"),
        STEPS.replace("a kettle", "a shared kettle"),
        place=5,
    ),
    "then_compares_and_drops_it": then('kettle["degrees"] > 90'),
    "then_asserts_a_constant": then("assert True"),
    "then_returns": then("return kettle"),
    "then_does_nothing": then("pass"),
    "no_then": Lie("“It is hot” has no Then", FEATURE.replace("    Then it is hot\n", ""), place=4),
    "two_of_one_name": Lie(
        "2 scenarios are called “It is hot”: only the last of them would run",
        f"{FEATURE}\n  Scenario: It is hot\n    Then it is hot\n",
    ),
    "outline_without_rows": Lie(
        "“It is hot” has a table without rows", f"{OUTLINE}\n    Examples:\n      | thing |\n", place=4
    ),
    "outline_without_a_column": Lie(
        "“It is hot” speaks of <thing>, which its table does not have",
        f"{OUTLINE}\n    Examples:\n      | what |\n      | kettle |\n",
        place=4,
    ),
    "outline_with_an_unused_column": Lie(
        "“It is hot” has the column <what> and never uses it",
        f"{OUTLINE}\n    Examples:\n      | thing | what |\n      | kettle | x |\n",
        place=4,
    ),
    "nothing_in_it": Lie("there is no feature in it", ""),
    "prose": Lie("it cannot be read as Gherkin", "Once upon a time\n"),
    "no_profile": Lie(
        "“It is hot” needs exactly one of @decision, @bootstrap, @conformance, @disruptive; it has none",
        FEATURE.replace("@conformance\n", ""),
        place=3,
    ),
    "two_profiles": Lie("it has @conformance and @disruptive", tag("@disruptive"), place=5),
    "id_missing": Lie("“It is hot” needs one tag @id:words-with-hyphens; it has none", place=4),
    "id_twice": Lie("it has @id:a and @id:b", tag("@id:a @id:b"), place=5),
    "id_of_another": Lie(
        "“It is hot” has the id defined-twice-3 of features/lies/defined_twice.feature:4",
        tag("@id:defined-twice-3"),
        place=5,
    ),
    "mistyped_tag": Lie(
        "'conformence' not found in `markers`", FEATURE.replace("@conformance", "@conformence")
    ),
    "mistyped_tag_with_argument": Lie("the tag @require:x is not known", tag("@require:x")),
    "tag_without_its_argument": Lie("the tag @requires: is not known", tag("@requires:")),
}


def test_every_lie_is_found_and_nothing_is_built(suite: Suite) -> None:
    for name, lie in LIES.items():
        named = lie.feature if name.startswith("id_") else with_ids(lie.feature, name)
        suite.write(f"features/lies/{name}.feature", named)
        if lie.steps is not None:
            suite.write(f"steps/lies/{name}.py", lie.steps.replace("water/kettle", f"lies/{name}"))
    suite.write(
        "shared.py", 'from pytest_bdd import given\n\n\n@given("a shared kettle")\ndef shared(): ...\n'
    )
    suite.write("steps/conftest.py", "from shared import *\n")
    suite.add("water/kettle")
    suite.write("steps/water/other.py", STEPS)
    suite.pin("tea-pours: run")
    result = suite.run("--no-header")
    text = result.stdout.str()
    assert result.ret == COLLECTION_FAILED
    missed = [name for name, lie in LIES.items() if not said(text, name, lie)]
    assert missed == [], text
    assert "is bound in steps/water/other.py; it belongs in steps/water/kettle.py" in text
    assert "“It is hot” is bound 2 times" in text
    assert "pinned, and there is no such scenario: tea-pours; if it is meant so, run make pin" in text
    assert suite.built == 0
    assert len(suite.record()["problems"]) >= len(LIES)
    assert suite.results()["verdict"] != "pass"


def said(text: str, name: str, lie: Lie) -> bool:
    """Whether the lie was told of, under the heading of its own file."""
    place = f"features/lies/{name}.feature{f':{lie.place}' if lie.place else ''}"
    sentence = lie.says.format(name=f"lies/{name}")
    return any(
        name in heading and (place in heading or "steps/lies" in heading) and sentence in body
        for heading, body in sections(text)
    )


def sections(text: str) -> list[tuple[str, str]]:
    """The errors that pytest shows, each with its heading."""
    parts = text.split("\n_")
    return [(part.split("\n", 1)[0], part.split("\n", 1)[-1]) for part in parts[1:]]


def test_a_then_may_judge_in_another_way(suite: Suite) -> None:
    bodies = {
        "eventually": 'eventually(lambda: 1, bool, expected="one", patience="quick")',
        "holds": 'holds(lambda: 1, bool, expected="one", patience="quick")',
        "raises": "with pytest.raises(KeyError):\n        kettle[1]",
    }
    for name, body in bodies.items():
        steps = STEPS.replace('assert kettle["degrees"] > 90', body)
        steps = steps.replace("(kettle)", "(kettle, eventually, holds)")
        suite.add(f"water/{name}", steps=f"import pytest\n{steps}")
    assert suite.run("--collect-only").ret == 0


def test_discovery_needs_no_list_and_collecting_alone_builds_nothing(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.add("fire/stove", FEATURE.replace("It is hot", "It burns"))
    result = suite.run("--collect-only", "-q")
    assert result.ret == 0
    assert "steps/fire/stove.py::test_it_burns" in result.stdout.str()
    assert suite.built == 0
    assert not (suite.root / "reports").exists()


def test_complaints_come_through_from_workers(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.write("features/water/orphan.feature", with_ids(FEATURE, "orphan"))
    result = suite.run_alone("-n", "1")
    assert result.ret == COLLECTION_FAILED
    assert "no test is bound to it: steps/water/orphan.py does not exist" in result.stdout.str()
    assert suite.built == 0
    assert len(suite.record()["problems"]) == 1
