"""The truth table of the judge: what is red, what is not, and that each reason is a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.judge import judge, past, profiles, standing
from reports.model import Incident, Phase, Pin, Run, Scenario, Step, Verdict
from reports.pins import pinned
from tests.unit.reports.made import POD, at, every_verdict, run, scenario, step

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
NOT_RUN, PLANNED, UNSUPPORTED = Verdict.NOT_RUN, Verdict.PLANNED, Verdict.UNSUPPORTED

HOLDS = scenario("holds")
OTHER = scenario("holds too")


def pin(expected: str, why: str = "", profile: str = "conformance") -> Pin:
    return Pin(profile, expected, why)


def pins(*scenarios: Scenario, **others: Pin) -> dict[str, Pin]:
    """These are pinned to run; those are pinned so, by their names."""
    given = {f"steps/made.py::{name}": each for name, each in others.items()}
    return {**{each.id: pin("run") for each in scenarios}, **given}


RED_RUNS = {
    "a failure": (run(HOLDS, scenario("x", FAIL)), FAIL, "1 scenario fails."),
    "an unknown": (run(HOLDS, scenario("x", UNKNOWN)), UNKNOWN, "1 scenario could not be observed."),
    "a not-run": (run(HOLDS, scenario("x", NOT_RUN)), NOT_RUN, "1 scenario was not run."),
    "an empty run": (run(), UNKNOWN, "The run is empty: no scenario was recorded."),
    "all planned": (run(scenario("x", PLANNED)), UNKNOWN, "Nothing passed."),
    "all unsupported": (run(scenario("x", UNSUPPORTED)), UNKNOWN, "Nothing passed."),
    "only a planned one passes": (
        run(scenario("x", PASS, tags=("planned",))),
        UNKNOWN,
        "Nothing passed.",
    ),
    "one that is pinned is missing": (
        run(HOLDS, pins=pins(HOLDS, x=pin("run"))),
        UNKNOWN,
        "1 pinned scenario was not recorded: steps/made.py::x.",
    ),
    "several that are pinned are missing, of whatever expectation": (
        run(HOLDS, pins=pins(HOLDS, x=pin("unsupported", "why"), y=pin("planned", profile="planned"))),
        UNKNOWN,
        "2 pinned scenarios were not recorded: steps/made.py::x and steps/made.py::y.",
    ),
    "one is missing in a run of its profile": (
        run(HOLDS, selection="-m conformance", pins=pins(HOLDS, x=pin("run"))),
        UNKNOWN,
        "1 pinned scenario was not recorded: steps/made.py::x.",
    ),
    "one is not pinned": (
        run(HOLDS, OTHER, pins=pins(HOLDS)),
        UNKNOWN,
        "1 scenario was not pinned: steps/made.py::holds too. Run make pin.",
    ),
    "one is not pinned in a narrowed run": (
        run(HOLDS, OTHER, selection="-k holds", pins=pins(HOLDS)),
        UNKNOWN,
        "1 scenario was not pinned: steps/made.py::holds too. Run make pin.",
    ),
    "one more unsupported": (
        run(HOLDS, scenario("x", UNSUPPORTED), pins=pins(HOLDS, x=pin("run"))),
        UNKNOWN,
        "One more scenario is unsupported than is pinned: steps/made.py::x: power is needed.",
    ),
    "one more unsupported in a narrowed run": (
        run(HOLDS, scenario("x", UNSUPPORTED), selection="-k x", pins=pins(HOLDS, x=pin("run"))),
        UNKNOWN,
        "One more scenario is unsupported than is pinned: steps/made.py::x: power is needed.",
    ),
    "one that was promised is planned": (
        run(HOLDS, scenario("x", FAIL, tags=("planned",)), pins=pins(HOLDS, x=pin("run"))),
        UNKNOWN,
        "steps/made.py::x is planned, and is pinned to run.",
    ),
    "a known failure that is none": (
        run(HOLDS, scenario("x"), pins=pins(HOLDS, x=pin("known-failure", "mtu"))),
        UNKNOWN,
        "steps/made.py::x holds, and is pinned to fail by mtu: needed no more, so take its line away and run make pin.",
    ),
    "a known failure of another cause": (
        run(HOLDS, scenario("x", FAIL, causes=("quorum",)), pins=pins(HOLDS, x=pin("known-failure", "mtu"))),
        FAIL,
        "1 scenario fails.",
    ),
    "a known failure whose cause was not seen": (
        run(HOLDS, scenario("x", FAIL, incidents=("mtu",)), pins=pins(HOLDS, x=pin("known-failure", "mtu"))),
        FAIL,
        "1 scenario fails.",
    ),
    "a known failure that could not be observed": (
        run(HOLDS, scenario("x", UNKNOWN, causes=("mtu",)), pins=pins(HOLDS, x=pin("known-failure", "mtu"))),
        UNKNOWN,
        "1 scenario could not be observed.",
    ),
    "a known failure that is unsupported": (
        run(HOLDS, scenario("x", UNSUPPORTED), pins=pins(HOLDS, x=pin("known-failure", "mtu"))),
        UNKNOWN,
        "One more scenario is unsupported than is pinned: steps/made.py::x: power is needed.",
    ),
    "nothing but a known failure": (
        run(scenario("x", FAIL, causes=("mtu",)), pins=pins(x=pin("known-failure", "mtu"))),
        UNKNOWN,
        "Nothing passed.",
    ),
    "an orphan feature": (
        run(HOLDS, problems=("features/dns/x.feature is bound to no test",)),
        UNKNOWN,
        "features/dns/x.feature is bound to no test.",
    ),
    "an interrupt": (run(HOLDS, interrupted="Ctrl-C"), UNKNOWN, "The run was interrupted: Ctrl-C."),
    "a killed run": (
        run(HOLDS, finished=""),
        UNKNOWN,
        "The run did not come to its end; it was last heard of at 2025-12-10 21:05:11 UTC.",
    ),
    "a unit that failed": (
        run(HOLDS, phases=(Phase("01-infrastructure", "etcd", at(0), 3, "failed", "no leader"),)),
        UNKNOWN,
        "The unit etcd of 01-infrastructure did not become ready: no leader.",
    ),
    "a scenario recorded twice": (
        run(HOLDS, HOLDS),
        UNKNOWN,
        "The scenario steps/made.py::holds was recorded 2 times; a rerun is not a verdict.",
    ),
    "the gravest wins": (
        run(HOLDS, scenario("x", UNKNOWN), scenario("y", FAIL), scenario("z", NOT_RUN)),
        FAIL,
        "1 scenario fails.",
    ),
}


@pytest.mark.parametrize(("made", "verdict", "reason"), RED_RUNS.values(), ids=RED_RUNS.keys())
def test_a_run_is_red(made: Run, verdict: Verdict, reason: str) -> None:
    result = judge(made)
    assert result.red
    assert result.exit_code == 1
    assert result.verdict is verdict
    assert reason in result.why_red


GREEN_RUNS = {
    "all hold": run(HOLDS, OTHER, pins=pins(HOLDS, OTHER)),
    "nothing is pinned": run(HOLDS, OTHER),
    "planned beside": run(
        HOLDS, scenario("x", PLANNED), pins=pins(HOLDS, x=pin("planned", profile="planned"))
    ),
    "planned that fails beside": run(HOLDS, scenario("x", FAIL, tags=("planned",))),
    "unsupported as pinned": run(
        HOLDS, scenario("x", UNSUPPORTED), pins=pins(HOLDS, x=pin("unsupported", "w"))
    ),
    "pinned as unsupported, and it runs": run(
        HOLDS, OTHER, pins=pins(HOLDS) | {OTHER.id: pin("unsupported", "w")}
    ),
    "only its presence is pinned": run(HOLDS, scenario("x", UNSUPPORTED), pins=pins(HOLDS, x=pin(""))),
    "a planned one passes": run(HOLDS, scenario("x", PASS, tags=("planned",))),
    "narrowed on purpose": run(HOLDS, selection="-k dns", pins=pins(HOLDS, OTHER)),
    "narrowed to another profile that is whole": run(
        HOLDS, selection="-m conformance", pins=pins(HOLDS, x=pin("run", profile="bootstrap"))
    ),
    "one fails as it is known to": run(
        HOLDS,
        scenario("x", FAIL, causes=("quorum", "mtu")),
        pins=pins(HOLDS, x=pin("known-failure", "mtu")),
    ),
}


@pytest.mark.parametrize("made", GREEN_RUNS.values(), ids=GREEN_RUNS.keys())
def test_a_run_is_green(made: Run) -> None:
    result = judge(made)
    assert not result.red
    assert result.why_red == ()
    assert result.exit_code == 0


@pytest.mark.parametrize("made", [made for made, *_ in RED_RUNS.values()], ids=RED_RUNS.keys())
def test_every_reason_is_a_sentence(made: Run) -> None:
    result = judge(made)
    sentences = [result.sentence, *result.why_red, *result.attention]
    sentences += [each.reason for each in result.standings if each.verdict is not PASS]
    assert sentences
    assert [each for each in sentences if not each.endswith(".") or len(each) < 8] == []


def test_the_sentence_counts_what_was_promised() -> None:
    assert judge(run(*every_verdict())).sentence == (
        "1 of 4 scenarios holds; 1 fails; 1 could not be observed; 1 was not run."
    )
    assert judge(run(HOLDS, OTHER, scenario("x", FAIL))).sentence == "2 of 3 scenarios hold; 1 fails."
    assert judge(run(HOLDS, OTHER)).sentence == "All 2 scenarios hold."
    assert judge(run(HOLDS)).sentence == "The one scenario holds."


def test_the_sentence_of_a_green_looking_red_run_is_not_green() -> None:
    result = judge(run(HOLDS, OTHER, pins=pins(HOLDS)))
    assert result.sentence == "All 2 scenarios hold, but the run does not count as green."


def test_counts_have_every_verdict() -> None:
    counts = judge(run(*every_verdict())).counts
    assert counts == {UNKNOWN: 1, PASS: 1, FAIL: 1, NOT_RUN: 1, PLANNED: 2, UNSUPPORTED: 1}


def test_a_planned_scenario_that_passes_is_the_first_thing_said() -> None:
    result = judge(run(HOLDS, scenario("it is built", PASS, tags=("planned",))))
    assert not result.red
    assert "“it is built”" in result.attention[0]
    assert "@planned" in result.attention[0]
    assert [each.scenario.name for each in result.planned_passing] == ["it is built"]
    assert result.counts[PASS] == 1


def test_a_planned_scenario_whose_record_is_doubtful_does_not_pass() -> None:
    assert judge(run(HOLDS, scenario("x", PASS, tags=("planned",), steps=()))).planned_passing == ()


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
    wrong = judge(run(HOLDS, *ground, *failures)).wrong
    assert [(each.verdict, len(each.standings)) for each in wrong] == [(FAIL, 1), (FAIL, 1), (NOT_RUN, 12)]


def test_causes_that_were_seen_come_before_candidates() -> None:
    seen = scenario("a", FAIL, causes=("mtu",), incidents=("mtu", "acl"))
    maybe = scenario("b", FAIL, incidents=("acl",))
    also = scenario("c", FAIL, incidents=("mtu",))
    healthy = scenario("d", incidents=("quorum",))
    made = run(seen, maybe, also, healthy, incidents=(Incident("mtu", cause="ICMP is swallowed"),))
    causes = judge(made).causes
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
    assert judge(made).unsupported == {"no browser here.": ("z",), "power": ("x", "y")}


def test_profiles() -> None:
    assert profiles(("@conformance", "dns")) == ("conformance",)
    assert profiles(("conformance", "planned")) == ("planned",)
    assert profiles(("disruptive", "bootstrap")) == ("bootstrap", "disruptive")
    assert profiles(("dns",)) == ()


def test_without_pins_it_is_said_once_how_to_make_them() -> None:
    notes = judge(run(HOLDS, OTHER)).attention
    assert [note for note in notes if "make pin" in note] == [
        "Nothing is pinned for this target, so a missing scenario would not be noticed: run make pin once."
    ]


NOTES = {
    "unsupported, and it runs now": (
        run(HOLDS, pins={HOLDS.id: pin("unsupported", "no power")}),
        "steps/made.py::holds is pinned as unsupported, and runs now: pin it with make pin FROM_RUN=1.",
    ),
    "planned no more": (
        run(HOLDS, pins={HOLDS.id: pin("planned", profile="planned")}),
        "steps/made.py::holds is pinned as planned, and is not planned now: run make pin.",
    ),
    "another cause": (
        run(HOLDS, scenario("x", FAIL), pins=pins(HOLDS, x=pin("known-failure", "mtu"))),
        "steps/made.py::x is red, and not by mtu, by which it is known to fail.",
    ),
    "as known": (
        run(HOLDS, scenario("x", FAIL, causes=("mtu",)), pins=pins(HOLDS, x=pin("known-failure", "mtu"))),
        "steps/made.py::x fails by mtu, as it is known to: it neither holds nor counts.",
    ),
}


@pytest.mark.parametrize(("made", "note"), NOTES.values(), ids=NOTES.keys())
def test_what_is_another_than_pinned_and_not_red_is_said(made: Run, note: str) -> None:
    assert note in judge(made).attention


def test_a_known_failure_is_counted_apart() -> None:
    made = run(HOLDS, scenario("x", FAIL, causes=("mtu",)), pins=pins(HOLDS, x=pin("known-failure", "mtu")))
    result = judge(made)
    assert result.sentence == "The one scenario holds."
    assert (result.counts[PASS], result.counts[FAIL]) == (1, 0)
    assert [each.scenario.name for each in result.known] == ["x"]
    assert result.wrong == ()


def test_how_many_are_pinned_is_counted_by_profile_as_far_as_the_run_owes_them() -> None:
    some = pins(HOLDS, OTHER, x=pin("run", profile="bootstrap"))
    assert pinned(run(HOLDS, pins=some)) == {"conformance": 2, "bootstrap": 1}
    assert pinned(run(HOLDS, pins=some, selection="-m bootstrap")) == {"bootstrap": 1}


GREEN_PAST = replace(
    run(HOLDS, OTHER, versions={"etcd": "3.5.16"}), id="20251209T030000Z-0001", started=at(-86400)
)
RED_PAST = replace(run(HOLDS, scenario("holds too", FAIL)), id="20251210T030000Z-0001", started=at(-3600))


def test_changes_since_the_last_green_run() -> None:
    now = run(scenario("holds", FAIL), OTHER, scenario("new"), versions={"etcd": "3.5.17"})
    result = judge(now, [past(RED_PAST), past(GREEN_PAST)])
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
    assert judge(run(HOLDS), history).changes.vanished == ("holds too",)
    assert judge(run(HOLDS, selection="-k x"), history).changes.vanished == ()


def test_a_narrowed_green_run_is_nothing_to_compare_with() -> None:
    assert judge(run(HOLDS), [past(replace(GREEN_PAST, selection="-k x"))]).changes.since is None


def test_how_long_a_scenario_has_been_red() -> None:
    now = run(HOLDS, scenario("holds too", FAIL))
    assert judge(now, []).wrong[0].since == ""
    assert judge(now, [past(GREEN_PAST)]).wrong[0].since == "New: it was not red in the run before."
    assert judge(now, [past(RED_PAST), past(GREEN_PAST)]).wrong[0].since == (
        "Red for 2 runs, since 2025-12-10 20:04:11 UTC."
    )
    fresh = run(HOLDS, scenario("fresh", FAIL))
    assert judge(fresh, [past(GREEN_PAST)]).wrong[0].since == "Not seen before."
