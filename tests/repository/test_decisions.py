"""A small repository obeys every decision, and the smallest change against one breaks that one.

``obeys/`` is the repository; ``breaks/RULE.toml`` has the changes: in a file, a text that stands there once and what
comes in its place (or a new file), with everything that must then be found, and which other rules cannot pass then.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_bdd.parser import FeatureParser

from diagnosis import causes
from diagnosis.scenario import Name
from faults.fault import relation
from repository.audit import Audit, Verdict, audit
from repository.read import read
from repository.reading.kustomize import Rendered, Renderer
from repository.rule import discover
from repository.waivers import Waivers

HERE = Path(__file__).parent
OBEYS, BREAKS = HERE / "obeys", HERE / "breaks"
FEATURES = HERE.parents[1] / "features/decisions/repository"
RULES = discover()
TODAY = date(2025, 12, 10)
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")
    for file in sorted(BREAKS.glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]


def held(root: Path) -> Audit:
    """All rules, held against a repository that nothing is waived in."""
    return audit(read(root), RULES.values(), Waivers(), TODAY)


@pytest.fixture(scope="module", autouse=True)
def _equal_folders_are_rendered_once() -> Iterator[None]:
    """Let the real program render each folder once, as most are the same in every broken repository."""
    known: dict[tuple[str, ...], Rendered] = {}
    run = Renderer._run

    def remembered(self: Renderer, place: Path) -> Rendered:
        question = (place / "kustomization.yaml").read_text(encoding="utf-8")
        folders = [(place / each).resolve() for each in yaml.safe_load(question)["resources"]]
        files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
        key = (question, *(f"{file.name}\n{file.read_text(encoding='utf-8')}" for file in files))
        if key not in known:
            known[key] = run(self, place)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Renderer, "_run", remembered)
        yield


@pytest.fixture(scope="module")
def obeying() -> Audit:
    return held(OBEYS)


@pytest.mark.parametrize("slug", RULES)
def test_the_small_repository_obeys(slug: str, obeying: Audit) -> None:
    judgement = obeying.judgements[slug]
    assert (judgement.findings, judgement.unsure, judgement.unread, judgement.why) == ((), (), (), "")
    assert judgement.verdict is Verdict.PASS


def test_all_of_the_small_repository_can_be_read(obeying: Audit) -> None:
    assert obeying.unread == ()


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_the_smallest_change_is_found(slug: str, case: dict[str, Any], tmp_path: Path) -> None:
    broken = held(changed(tmp_path / "repository", case["change"]))
    findings = broken.judgements[slug].findings
    found = [(str(each.place), each.object, each.found, each.aspect) for each in findings]
    assert found == [
        (each["at"], each["object"], each["found"], each.get("aspect", "")) for each in case["expected"]
    ]
    others = [other for other, each in broken.judgements.items() if each.verdict is not Verdict.PASS]
    assert [other for other in others if other != slug] == case.get("also", [])
    assert broken.unread == ()


def changed(root: Path, changes: list[dict[str, str]]) -> Path:
    shutil.copytree(OBEYS, root)
    for change in changes:
        file = root / change["file"]
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        old = change.get("replace", "")
        assert text.count(old) == 1 if old else text == "", f"{change['file']} has not once: {old}"
        file.write_text(text.replace(old, change["by"]) if old else change["by"], encoding="utf-8")
    return root


def test_every_rule_is_broken_by_some_change() -> None:
    assert {case.values[0] for case in CASES} == set(RULES)


def test_a_rule_is_a_scenario_in_the_words_of_the_roadmap() -> None:
    known = causes.known(relation())
    scenarios: dict[str, tuple[str, str, Name]] = {}
    for file in sorted(FEATURES.glob("*.feature")):
        feature = FeatureParser(str(file.parent), file.name).parse()
        for each in feature.scenarios.values():
            said = re.search(r"against the rule (\S+)", " ".join(step.name for step in each._steps))
            if said:
                (own,) = (tag.removeprefix("id:") for tag in each.tags if tag.startswith("id:"))
                named = Name(f"decisions/repository/{file.stem}", own)
                scenarios[said[1]] = each.name, " ".join(str(each.description).split()), named
    assert scenarios.keys() == RULES.keys()
    for slug, rule in RULES.items():
        name, description, named = scenarios[slug]
        assert rule.decision == name
        assert description.lower() == f"rationale: {rule.rationale}".lower()
        assert known[rule.incident].explains(named)


def test_every_incident_that_a_rule_prevents_is_known() -> None:
    assert {rule.incident for rule in RULES.values()} - causes.discover().keys() == set()
