from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from probes.outcomes import CannotObserve
from probes.waiting import (
    SYSTEM,
    NeverHappened,
    NeverObserved,
    Patience,
    Progress,
    Seen,
    eventually,
    holds,
)


@dataclass
class FakeClock:
    """Time passes only when somebody sleeps, or by `costs` seconds a look."""

    time: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        assert len(self.slept) < 10_000, "the wait does not end"
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def sequence(values: Iterable[object]) -> Callable[[], object]:
    """Observe these values in turn; exceptions among them are raised, and the last one stays."""
    turn = iter(values)
    last: list[object] = []

    def observe() -> object:
        last[:] = [next(turn, *last)]
        if isinstance(last[0], Exception):
            raise last[0]
        return last[0]

    return observe


def timeline(clock: FakeClock, at: Callable[[float], object]) -> Callable[[], object]:
    start = clock.now()
    return lambda: at(clock.now() - start)


def is_up(value: object) -> bool:
    return value == "up"


DOWN = CannotObserve("the nodes", "the workstation", "connection refused")


def test_returns_the_observation_at_once(clock: FakeClock) -> None:
    assert eventually(lambda: 5, lambda n: n == 5, expected="five", patience=Patience(10), clock=clock) == 5
    assert clock.slept == []


def test_waits_until_it_is_so(clock: FakeClock) -> None:
    observe = sequence([0, 1, 2, 3])
    assert eventually(observe, lambda n: n == 3, expected="three", patience=Patience(10), clock=clock) == 3
    assert clock.time == 1001.5


def test_tells_the_story_of_a_failure(clock: FakeClock) -> None:
    observe = timeline(clock, lambda t: DOWN if t < 2 else ("3 of 5" if t < 20 else "4 of 5"))

    def looking() -> object:
        value = observe()
        if isinstance(value, Exception):
            raise value
        return value

    with pytest.raises(NeverHappened) as caught:
        eventually(
            looking,
            lambda v: v == "5 of 5",
            expected="5 of 5 nodes Ready",
            patience=Patience(30),
            clock=clock,
        )
    assert str(caught.value) == (
        "expected: 5 of 5 nodes Ready, within 30 s\n"
        "last observed: '4 of 5'\n"
        "  (seen from 20.0 s to 30.0 s; 61 looks in all)\n"
        "before that:\n"
        "      0.0 s  cannot observe the nodes from the workstation: connection refused\n"
        "      2.0 s  '3 of 5'"
    )
    assert caught.value.history == [Seen(0.0, DOWN), Seen(2.0, "3 of 5"), Seen(20.0, "4 of 5")]
    assert caught.value.expected == "5 of 5 nodes Ready"


def test_a_long_history_is_shortened_in_the_text_only(clock: FakeClock) -> None:
    counter = itertools.count()
    with pytest.raises(NeverHappened) as caught:
        eventually(lambda: next(counter), lambda _: False, expected="x", patience=Patience(30), clock=clock)
    assert len(caught.value.history) == 61
    text = str(caught.value)
    assert "...  48 more changes" in text
    assert len(text.splitlines()) == 17
    assert [line.split()[-1] for line in text.splitlines()[-2:]] == ["58", "59"]


def test_a_flapper_is_red_and_the_text_says_how_long_it_held(clock: FakeClock) -> None:
    flapper = timeline(clock, lambda t: "up" if t % 2 < 1 else "down")  # up half of the time
    with pytest.raises(NeverHappened) as caught:
        eventually(flapper, is_up, expected="up", patience=Patience(30, every=0.25, hold=3), clock=clock)
    assert caught.value.held == 0.75
    assert "expected: up, within 30 s, and then for 3 s" in str(caught.value)
    assert "held at most 0.8 s of 3 s" in str(caught.value)


def test_a_flapper_that_is_up_when_time_is_over_gets_no_more_than_the_hold(clock: FakeClock) -> None:
    flapper = timeline(clock, lambda t: "up" if t < 0.5 or 9.9 < t < 12 else "down")
    with pytest.raises(NeverHappened) as caught:
        eventually(flapper, is_up, expected="up", patience=Patience(10, hold=3), clock=clock)
    assert clock.time == 1012.0
    assert caught.value.held == 1.5


def test_the_hold_may_run_past_the_bound(clock: FakeClock) -> None:
    late = timeline(clock, lambda t: "up" if t >= 9.5 else "down")
    assert eventually(late, is_up, expected="up", patience=Patience(10, hold=3), clock=clock) == "up"
    assert clock.time == 1012.5


@pytest.mark.parametrize("hold", [0.1, 0.3, 0.7, 1.1, 3.3])
@pytest.mark.parametrize("start", [0.1, 1234.567, 1e6 + 0.1])
def test_holds_end_whatever_the_fractions(start: float, hold: float) -> None:
    clock = FakeClock(start)
    holds(lambda: "up", is_up, expected="up", patience=Patience(0, every=0.1, hold=hold), clock=clock)
    assert clock.time - start == pytest.approx(hold, abs=0.01)


def test_a_condition_true_only_after_the_bound_is_red(clock: FakeClock) -> None:
    late = timeline(clock, lambda t: "up" if t > 10 else "down")
    with pytest.raises(NeverHappened):
        eventually(late, is_up, expected="up", patience=Patience(10), clock=clock)


def test_gives_up_when_it_is_hopeless(clock: FakeClock) -> None:
    with pytest.raises(NeverHappened) as caught:
        eventually(
            sequence(["starting", "failed", "up"]),
            is_up,
            expected="up",
            patience=Patience(600),
            hopeless=lambda v: "it has failed for good" if v == "failed" else None,
            clock=clock,
        )
    assert clock.time == 1000.5
    assert "gave up early: it has failed for good" in str(caught.value)


def test_only_changed_observations_are_recorded(clock: FakeClock) -> None:
    observe = sequence([[1], [1], DOWN, CannotObserve(*DOWN.args), [1], [2]])
    eventually(observe, lambda v: v == [2], expected="2", patience=Patience(10), clock=clock)
    with pytest.raises(NeverHappened) as caught:
        eventually(
            sequence([[1], [1], DOWN, CannotObserve(*DOWN.args), [1], [2]]),
            lambda v: v == [3],
            expected="3",
            patience=Patience(5),
            clock=clock,
        )
    assert caught.value.history == [Seen(0.0, [1]), Seen(1.0, DOWN), Seen(2.0, [1]), Seen(2.5, [2])]


def test_not_observed_to_the_end_is_unknown_and_not_a_failure(clock: FakeClock) -> None:
    with pytest.raises(NeverObserved) as caught:
        eventually(sequence([DOWN]), is_up, expected="up", patience=Patience(5), clock=clock)
    assert not isinstance(caught.value, AssertionError)
    assert (caught.value.what, caught.value.vantage) == ("the nodes", "the workstation")
    assert caught.value.history == [Seen(0.0, DOWN)]
    assert "last observed: cannot observe the nodes from the workstation: connection refused" in str(
        caught.value
    )


def test_the_last_look_decides_between_failed_and_unknown(clock: FakeClock) -> None:
    with pytest.raises(NeverObserved):
        eventually(sequence(["down", DOWN]), is_up, expected="up", patience=Patience(5), clock=clock)
    with pytest.raises(NeverHappened):
        eventually(sequence([DOWN, "down"]), is_up, expected="up", patience=Patience(5), clock=clock)


def test_what_cannot_be_observed_does_not_hold(clock: FakeClock) -> None:
    blinking = sequence(["up", "up", DOWN, "up", "up", DOWN])
    with pytest.raises(NeverObserved) as caught:
        eventually(blinking, is_up, expected="up", patience=Patience(3, hold=1), clock=clock)
    assert caught.value.held == 0.5


def test_any_other_exception_passes_through_at_once(clock: FakeClock) -> None:
    def broken() -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        eventually(broken, is_up, expected="up", patience=Patience(5), clock=clock)
    assert clock.slept == []


def told() -> tuple[Progress, list[tuple[object, float]]]:
    calls: list[tuple[object, float]] = []

    def progress(expected: str, observed: object, elapsed: float, within: float) -> None:
        assert (expected, within) == ("up", 30)
        calls.append((observed, elapsed))

    return progress, calls


def test_progress_is_silent_for_two_seconds(clock: FakeClock) -> None:
    progress, calls = told()
    observe = timeline(clock, lambda t: "up" if t >= 1.5 else "down")
    eventually(observe, is_up, expected="up", patience=Patience(30), clock=clock, progress=progress)
    assert calls == []


def test_progress_is_told_on_change_and_every_five_seconds(clock: FakeClock) -> None:
    progress, calls = told()
    observe = timeline(clock, lambda t: "up" if t >= 15 else "half" if t >= 9 else "down")
    eventually(observe, is_up, expected="up", patience=Patience(30), clock=clock, progress=progress)
    assert calls == [("down", 2.0), ("down", 7.0), ("half", 9.0), ("half", 14.0), ("up", 15.0)]


def test_progress_is_told_in_a_long_pause_too(clock: FakeClock) -> None:
    progress, calls = told()
    observe = timeline(clock, lambda t: "up" if t >= 20 else "down")
    patience = Patience(30, every=20)
    eventually(observe, is_up, expected="up", patience=patience, clock=clock, progress=progress)
    assert [elapsed for _, elapsed in calls] == [2.0, 7.0, 12.0, 17.0, 20.0]


def test_holds_wants_it_from_the_first_look(clock: FakeClock) -> None:
    assert holds(lambda: "up", is_up, expected="up", patience=Patience(5, hold=10), clock=clock) == "up"
    assert clock.time == 1010.0
    with pytest.raises(NeverHappened, match="from the first look on"):
        holds(sequence(["down", "up"]), is_up, expected="up", patience=Patience(5, hold=10), clock=clock)


def test_holds_says_how_long_it_held(clock: FakeClock) -> None:
    breaking = timeline(clock, lambda t: "up" if t < 4 else "down")
    with pytest.raises(NeverHappened) as caught:
        holds(breaking, is_up, expected="up", patience=Patience(5, hold=10), clock=clock)
    assert caught.value.held == 3.5
    assert clock.time == 1004.0


def test_holds_starts_anew_after_a_failed_look_but_not_for_ever(clock: FakeClock) -> None:
    blink = timeline(clock, lambda t: DOWN if 1 <= t < 2 else "up")

    def looking() -> object:
        value = blink()
        if isinstance(value, Exception):
            raise value
        return value

    holds(looking, is_up, expected="up", patience=Patience(5, hold=3), clock=clock)
    assert clock.time == 1005.0
    with pytest.raises(NeverObserved):
        holds(sequence([DOWN]), is_up, expected="up", patience=Patience(5, hold=3), clock=clock)


def test_a_slow_look_counts_from_its_end_when_it_comes_true(clock: FakeClock) -> None:
    def slow() -> str:
        clock.time += 2.0
        return "up"

    # Seen up at the end of the first look (2 s); the look that begins at 5 s is the first to prove 3 s.
    eventually(slow, is_up, expected="up", patience=Patience(10, hold=3), clock=clock)
    assert clock.time == 1007.0


@pytest.mark.parametrize("bad", [(-1, 0.5, 0), (1, 0, 0), (1, -1, 0), (1, 0.5, -1)])
def test_patience_without_sense_is_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="patience"):
        Patience(*bad)


@pytest.mark.parametrize("kind", [NeverHappened, NeverObserved])
def test_failures_survive_pickling(kind: type[Exception], clock: FakeClock) -> None:
    values = ["down"] if kind is NeverHappened else [DOWN]
    with pytest.raises(kind) as caught:
        eventually(sequence(values), is_up, expected="up", patience=Patience(1), clock=clock)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.history == cast("Any", caught.value).history


def test_the_system_clock_goes() -> None:
    before = SYSTEM.now()
    SYSTEM.sleep(0.01)
    assert SYSTEM.now() - before >= 0.01
