"""The truth table of the judge: what is red, what is not, and that each reason is a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.judge import Judged, judge, past, profiles, standing
from reports.model import Incident, Phase, Run, Scenario, Step, Verdict
from tests.unit.reports.made import POD, at, every_verdict, run, scenario, step

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
NOT_RUN, PLANNED, UNSUPPORTED = Verdict.NOT_RUN, Verdict.PLANNED, Verdict.UNSUPPORTED

HOLDS = scenario("holds")
OTHER = scenario("holds too")


def judged(made: Run, **expected: int) -> Judged:
    return judge(made, expected)


RED_RUNS = {
    "a failure": (run(HOLDS, scenario("x", FAIL)), {}, FAIL, "1 scenario fails."),
    "an unknown": (run(HOLDS, scenario("x", UNKNOWN)), {}, UNKNOWN, "1 scenario could not be observed."),
    "a not-run": (run(HOLDS, scenario("x", NOT_RUN)), {}, NOT_RUN, "1 scenario was not run."),
    "an empty run": (run(), {}, UNKNOWN, "The run is empty: no scenario was recorded."),
    "all planned": (run(scenario("x", PLANNED)), {}, UNKNOWN, "Nothing passed."),
    "all unsupported": (run(scenario("x", UNSUPPORTED)), {}, UNKNOWN, "Nothing passed."),
    "only a planned one passes": (
        run(scenario("x", PASS, tags=("planned",))),
        {},
        UNKNOWN,
        "Nothing passed.",
    ),
    "fewer than pinned": (
        run(HOLDS),
        {"conformance": 2},
        UNKNOWN,
        "Only 1 of the 2 pinned conformance scenarios were recorded.",
    ),
    "fewer than pinned in a run of one profile": (
        run(HOLDS, selection="-m conformance"),
        {"conformance": 2},
        UNKNOWN,
        "Only 1 of the 2 pinned conformance scenarios were recorded.",
    ),
    "a profile misspelt in the pins": (
        run(HOLDS),
        {"conformence": 1},
        UNKNOWN,
        "Only 0 of the 1 pinned conformence scenarios were recorded.",
    ),
    "a planned one does not count for its other profile": (
        run(HOLDS, scenario("x", FAIL, tags=("conformance", "planned"))),
        {"conformance": 2},
        UNKNOWN,
        "Only 1 of the 2 pinned conformance scenarios were recorded.",
    ),
    "an orphan feature": (
        run(HOLDS, problems=("features/dns/x.feature is bound to no test",)),
        {},
        UNKNOWN,
        "features/dns/x.feature is bound to no test.",
    ),
    "an interrupt": (run(HOLDS, interrupted="Ctrl-C"), {}, UNKNOWN, "The run was interrupted: Ctrl-C."),
    "a killed run": (
        run(HOLDS, finished=""),
        {},
        UNKNOWN,
        "The run did not come to its end; it was last heard of at 2025-12-10 21:05:11 UTC.",
    ),
    "a unit that failed": (
        run(HOLDS, phases=(Phase("01-infrastructure", "etcd", at(0), 3, "failed", "no leader"),)),
        {},
        UNKNOWN,
        "The unit etcd of 01-infrastructure did not become ready: no leader.",
    ),
    "a scenario recorded twice": (
        run(HOLDS, HOLDS),
        {},
        UNKNOWN,
        "The scenario steps/made.py::holds was recorded 2 times; a rerun is not a verdict.",
    ),
    "the gravest wins": (
        run(HOLDS, scenario("x", UNKNOWN), scenario("y", FAIL), scenario("z", NOT_RUN)),
        {},
        FAIL,
        "1 scenario fails.",
    ),
}


@pytest.mark.parametrize(("made", "expected", "verdict", "reason"), RED_RUNS.values(), ids=RED_RUNS.keys())
def test_a_run_is_red(made: Run, expected: dict[str, int], verdict: Verdict, reason: str) -> None:
    result = judge(made, expected)
    assert result.red
    assert result.exit_code == 1
    assert result.verdict is verdict
    assert reason in result.why_red


GREEN_RUNS = {
    "all hold": (run(HOLDS, OTHER), {"conformance": 2}),
    "planned beside": (run(HOLDS, scenario("x", PLANNED)), {"conformance": 1, "planned": 1}),
    "planned that fails beside": (run(HOLDS, scenario("x", FAIL, tags=("planned",))), {}),
    "unsupported beside": (run(HOLDS, scenario("x", UNSUPPORTED)), {"conformance": 2}),
    "a planned one passes": (run(HOLDS, scenario("x", PASS, tags=("planned",))), {}),
    "more than pinned": (run(HOLDS, OTHER), {"conformance": 1}),
    "narrowed on purpose": (run(HOLDS, selection="-k dns"), {"conformance": 9, "bootstrap": 3}),
    "narrowed to a profile that is whole": (
        run(HOLDS, selection="-m conformance"),
        {"conformance": 1, "bootstrap": 3},
    ),
}


@pytest.mark.parametrize(("made", "expected"), GREEN_RUNS.values(), ids=GREEN_RUNS.keys())
def test_a_run_is_green(made: Run, expected: dict[str, int]) -> None:
    result = judge(made, expected)
    assert not result.red
    assert result.why_red == ()
    assert result.exit_code == 0


@pytest.mark.parametrize("made", [made for made, *_ in RED_RUNS.values()], ids=RED_RUNS.keys())
def test_every_reason_is_a_sentence(made: Run) -> None:
    result = judge(made, {"conformance": 5, "disruptive": 1})
    sentences = [result.sentence, *result.why_red, *result.attention]
    sentences += [each.reason for each in result.standings if each.verdict is not PASS]
    assert sentences
    assert [each for each in sentences if not each.endswith(".") or len(each) < 8] == []


def test_the_sentence_counts_what_was_promised() -> None:
    assert judged(run(*every_verdict())).sentence == (
        "1 of 4 scenarios holds; 1 fails; 1 could not be observed; 1 was not run."
    )
    assert judged(run(HOLDS, OTHER, scenario("x", FAIL))).sentence == "2 of 3 scenarios hold; 1 fails."
    assert judged(run(HOLDS, OTHER)).sentence == "All 2 scenarios hold."
    assert judged(run(HOLDS)).sentence == "The one scenario holds."


def test_the_sentence_of_a_green_looking_red_run_is_not_green() -> None:
    result = judged(run(HOLDS, OTHER), conformance=3)
    assert result.sentence == "All 2 scenarios hold, but the run does not count as green."


def test_counts_have_every_verdict() -> None:
    counts = judged(run(*every_verdict())).counts
    assert counts == {UNKNOWN: 1, PASS: 1, FAIL: 1, NOT_RUN: 1, PLANNED: 2, UNSUPPORTED: 1}


def test_a_planned_scenario_that_passes_is_the_first_thing_said() -> None:
    result = judged(run(HOLDS, scenario("it is built", PASS, tags=("planned",))))
    assert not result.red
    assert "“it is built”" in result.attention[0]
    assert "@planned" in result.attention[0]
    assert [each.scenario.name for each in result.planned_passing] == ["it is built"]
    assert result.counts[PASS] == 1


def test_a_planned_scenario_whose_record_is_doubtful_does_not_pass() -> None:
    assert judged(run(HOLDS, scenario("x", PASS, tags=("planned",), steps=()))).planned_passing == ()


DOUBTS = {
    "a pass without steps": (scenario("x", PASS, steps=()), "no step was recorded"),
    "a pass with a failed step": (
        scenario("x", PASS, steps=(step("Given a"), step("Then b", FAIL))),
        "the step “b” is fail",
    ),
    "a pass with a step that was never judged": (
        scenario("x", PASS, steps=(Step("Then", "b"),)),
        "is unknown",
    ),
    "planned without the tag": (
        scenario("x", PLANNED, tags=("conformance",)),
        "does not carry the tag @planned",
    ),
    "unsupported for no reason": (scenario("x", UNSUPPORTED, reason=""), "no capability is named"),
}


@pytest.mark.parametrize(("made", "said"), DOUBTS.values(), ids=DOUBTS.keys())
def test_a_verdict_that_the_record_does_not_support_is_unknown(made: Scenario, said: str) -> None:
    result = standing(made)
    assert result.verdict is UNKNOWN
    assert said in result.reason


def test_zero_value_is_unknown() -> None:
    assert next(iter(Verdict)) is UNKNOWN
    assert Verdict.of("passed") is UNKNOWN
    assert Verdict.of(None) is UNKNOWN


def test_a_red_scenario_says_expected_observed_and_from_where() -> None:
    red = step(
        "Then it answers", FAIL, expected="200", observed="503", vantage=POD, error="assert 503 == 200"
    )
    result = standing(scenario("x", FAIL, steps=(step("Given a"), red)))
    assert (result.expected, result.observed, result.vantage) == ("200", "503", POD)
    assert result.reason == "assert 503 == 200."


def test_without_expected_and_observed_the_step_and_its_error_say_it() -> None:
    red = step("Then it answers", FAIL, error="\n  connection refused\nmore")
    result = standing(scenario("x", FAIL, steps=(red,)))
    assert (result.expected, result.observed) == ("it answers", "connection refused")


def test_what_is_red_for_one_reason_is_said_once_but_failures_one_by_one() -> None:
    ground = [scenario(f"n{i}", NOT_RUN, reason="etcd is not ready") for i in range(12)]
    failures = [scenario(f"f{i}", FAIL) for i in range(2)]
    wrong = judged(run(HOLDS, *ground, *failures)).wrong
    assert [(each.verdict, len(each.standings)) for each in wrong] == [(FAIL, 1), (FAIL, 1), (NOT_RUN, 12)]


def test_causes_that_were_seen_come_before_candidates() -> None:
    seen = scenario("a", FAIL, causes=("mtu",), incidents=("mtu", "acl"))
    maybe = scenario("b", FAIL, incidents=("acl",))
    also = scenario("c", FAIL, incidents=("mtu",))
    healthy = scenario("d", incidents=("quorum",))
    made = run(seen, maybe, also, healthy, incidents=(Incident("mtu", cause="ICMP is swallowed"),))
    causes = judged(made).causes
    assert [(each.incident.slug, each.seen, len(each.scenarios)) for each in causes] == [
        ("mtu", True, 1),
        ("acl", False, 1),
    ]
    assert causes[0].incident.cause == "ICMP is swallowed"


def test_unsupported_is_listed_by_capability() -> None:
    made = run(
        HOLDS,
        scenario("x", UNSUPPORTED, tags=("disruptive", "requires:power")),
        scenario("y", UNSUPPORTED, tags=("disruptive", "requires:power")),
        scenario("z", UNSUPPORTED, reason="no browser here"),
    )
    assert judged(made).unsupported == {"no browser here.": ("z",), "power": ("x", "y")}


def test_profiles() -> None:
    assert profiles(("@conformance", "dns")) == ("conformance",)
    assert profiles(("conformance", "planned")) == ("planned",)
    assert profiles(("disruptive", "bootstrap")) == ("bootstrap", "disruptive")
    assert profiles(("dns",)) == ()


def test_a_missing_pin_is_said() -> None:
    assert any("pinned" in note for note in judged(run(HOLDS)).attention)


GREEN_PAST = replace(
    run(HOLDS, OTHER, versions={"etcd": "3.5.16"}), id="20251209T030000Z-0001", started=at(-86400)
)
RED_PAST = replace(run(HOLDS, scenario("holds too", FAIL)), id="20251210T030000Z-0001", started=at(-3600))


def test_changes_since_the_last_green_run() -> None:
    now = run(scenario("holds", FAIL), OTHER, scenario("new"), versions={"etcd": "3.5.17"})
    result = judge(now, {}, [past(RED_PAST), past(GREEN_PAST)])
    changes = result.changes
    assert changes.since is not None
    assert changes.since.id == GREEN_PAST.id
    assert changes.broke == ("steps/made.py::holds",)
    assert changes.recovered == ("steps/made.py::holds too",)
    assert changes.appeared == ("steps/made.py::new",)
    assert changes.vanished == ()
    assert changes.versions == ("etcd: 3.5.16 → 3.5.17",)
    assert [each.id for each in changes.runs] == [GREEN_PAST.id, RED_PAST.id]


def test_a_scenario_that_is_gone_is_said_unless_the_run_was_narrowed() -> None:
    history = [past(GREEN_PAST)]
    assert judge(run(HOLDS), {}, history).changes.vanished == ("holds too",)
    assert judge(run(HOLDS, selection="-k x"), {}, history).changes.vanished == ()


def test_a_narrowed_green_run_is_nothing_to_compare_with() -> None:
    assert judge(run(HOLDS), {}, [past(replace(GREEN_PAST, selection="-k x"))]).changes.since is None


def test_how_long_a_scenario_has_been_red() -> None:
    now = run(HOLDS, scenario("holds too", FAIL))
    assert judge(now, {}, []).wrong[0].since == ""
    assert judge(now, {}, [past(GREEN_PAST)]).wrong[0].since == "New: it was not red in the run before."
    assert judge(now, {}, [past(RED_PAST), past(GREEN_PAST)]).wrong[0].since == (
        "Red for 2 runs, since 2025-12-10 20:04:11 UTC."
    )
    fresh = run(HOLDS, scenario("fresh", FAIL))
    assert judge(fresh, {}, [past(GREEN_PAST)]).wrong[0].since == "Not seen before."
