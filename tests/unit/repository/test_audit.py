"""Rules, waivers and verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from repository import waivers
from repository.audit import Judgement, Verdict, audit
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure, discover
from repository.values import KINDS, Place
from repository.waivers import BadWaivers, Waivers
from tests.unit.repository.made import config_map, repository

TODAY = date(2026, 1, 15)
FILES = {"one.yaml": config_map("one"), "two.yaml": config_map("two")}


def finds(*names: str) -> Rule:
    def check(read: Repository) -> Iterator[Finding]:
        for one in read.kinds("ConfigMap"):
            if one.name in names:
                yield Finding(one.at("data"), str(one), "it is there", "its absence")

    return Rule("made", "There is none", "It is made up", check)


def hold(
    tmp_path: Path, rule: Rule, text: str = "", more: dict[str, str] | None = None
) -> tuple[Judgement, list[str]]:
    allowed = load(tmp_path, text) if text else Waivers()
    done = audit(repository(tmp_path / "repository", FILES | (more or {})), [rule], allowed, TODAY)
    return done.judgements["made"], [str(each) for each in done.problems]


def load(tmp_path: Path, text: str) -> Waivers:
    file = tmp_path / waivers.NAME
    file.write_text(text)
    return waivers.load(file, waivers.NAME)


def waiver(rule: str, name: str, expires: str = "2026-06-30") -> str:
    return f'[[waiver]]\nrule = "{rule}"\nobject = "{name}"\nreason = "known"\nexpires = {expires}\n'


def test_all_violations_are_told(tmp_path: Path) -> None:
    judged, _ = hold(tmp_path, finds("one", "two"))
    assert judged.verdict is Verdict.FAIL
    assert [str(each.place) for each in judged.findings] == ["one.yaml:6", "two.yaml:6"]


def test_a_waiver_lets_one_violation_pass_and_no_other(tmp_path: Path) -> None:
    judged, problems = hold(tmp_path, finds("one", "two"), waiver("made", "ConfigMap default/one"))
    assert [each.object for each in judged.findings] == ["ConfigMap default/two"]
    assert [(each.object, used.reason) for each, used in judged.waived] == [
        ("ConfigMap default/one", "known")
    ]
    assert problems == []
    assert hold(tmp_path, finds("one"), waiver("made", "ConfigMap default/*"))[0].verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (waiver("made", "ConfigMap default/one", "2026-01-14"), "expired on 2026-01-14"),
        (waiver("made", "ConfigMap default/gone"), "is not needed any more"),
        (waiver("mode", "ConfigMap default/one"), "names a rule that does not exist"),
        (waiver("unread", "gone.yaml"), "is not needed any more"),
    ],
)
def test_a_stale_waiver_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    _, problems = hold(tmp_path, finds("one"), text)
    (problem,) = problems
    assert problem.startswith("clusterspec-waivers.toml:1: ")
    assert why in problem


def test_the_last_day_counts(tmp_path: Path) -> None:
    assert hold(tmp_path, finds("one"), waiver("made", "ConfigMap default/one", "2026-01-15"))[1] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("waiver = 1", "each waiver is a table"),
        ('[[waiver]]\nrule = "a"\n', "'expires' is missing"),
        (waiver("a", "b") + 'until = "x"\n', "the key 'until' is not known"),
        (waiver("a", "b").replace('"known"', '" "'), "'reason' is missing"),
        (waiver("a", "b").replace("2026-06-30", '"2026-06-30"'), "'expires' is missing, or is not a date"),
        ("[[waiver]\n", "it is not TOML"),
        ("[waivers]\n", "the key 'waivers' is not known"),
    ],
)
def test_a_file_of_waivers_says_all_that_is_wrong_with_it(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadWaivers, match=why.replace("(", r"\(").replace("[", r"\[")):
        load(tmp_path, text)


def test_what_is_unread_makes_unknown_what_would_have_needed_it(tmp_path: Path) -> None:
    broken = {"broken.yaml": "a: [\n"}
    judged, _ = hold(tmp_path, finds(), more=broken)
    assert (judged.verdict, [each.object for each in judged.unread]) == (Verdict.UNKNOWN, ["broken.yaml"])
    assert hold(tmp_path, finds("one"), more=broken)[0].verdict is Verdict.FAIL, "what was found is found"
    other = Rule("made", "", "", lambda _: (), reads=("hcl",))
    assert hold(tmp_path, other, more=broken)[0].verdict is Verdict.PASS
    judged, problems = hold(tmp_path, finds(), waiver("unread", "bro*.yaml"), more=broken)
    assert (judged.verdict, problems) == (Verdict.PASS, [])


def test_what_cannot_be_told_is_unknown(tmp_path: Path) -> None:
    rule = Rule("made", "", "", lambda _: [Unsure(Place("one.yaml"), "a", "only the cluster knows")])
    assert hold(tmp_path, rule)[0].verdict is Verdict.UNKNOWN
    assert hold(tmp_path, rule, waiver("made", "a"))[0].verdict is Verdict.PASS


def test_a_rule_that_does_not_apply_says_so(tmp_path: Path) -> None:
    rule = Rule("made", "", "", lambda _: (), applies=lambda _: "there is no Flux here")
    judged, _ = hold(tmp_path, rule)
    assert (judged.verdict, judged.why) == (Verdict.DOES_NOT_APPLY, "there is no Flux here")
    assert hold(tmp_path, rule, more={"broken.yaml": "a: [\n"})[0].verdict is Verdict.UNKNOWN


def test_a_rule_that_breaks_is_unknown_and_stops_nobody(tmp_path: Path) -> None:
    def check(_: Repository) -> Iterator[Finding]:
        raise LookupError("oh")

    judged, _ = hold(tmp_path, Rule("made", "", "", check))
    assert judged.verdict is Verdict.UNKNOWN
    assert "the rule itself broke: LookupError: oh" in judged.why


def test_every_rule_is_complete() -> None:
    for rule in discover().values():
        assert rule.decision, rule.slug
        assert rule.rationale, rule.slug
        assert set(rule.reads) <= set(KINDS), rule.slug
