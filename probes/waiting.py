"""The one wait of this project: look again until it is so, or say exactly what was seen instead.

`eventually` waits for a condition to come true, and to stay true for a stated time; `holds` wants it true
from the first look on. Both keep every *changed* observation with its time, so that a failure after ten
minutes reads as a short story and not as ten minutes of repetition.

What a success does not mean: between two looks (`Patience.every`) anything may have happened unseen.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from probes.outcomes import CannotObserve
from probes.shown import shown

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

QUIET = 2.0
"""A wait is silent for so many seconds."""
REPEAT = 5.0
"""After that, progress is told at every change and at least this often, in seconds."""
_TOLD = 12
"""So many changes are told in full; of a longer history the first and the latest."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    within: the condition must come true so long after the first look at the latest. A look that began in
        time counts. `hold` may run past it, so a wait takes at most within + hold and the time of one look.
    every: pause between the looks.
    hold: it must then stay true so long; one look to the contrary, or a failed one, starts the hold anew.
    """

    within: float
    every: float = 0.5
    hold: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing, instead of mending them."""
        if self.within < 0 or self.every <= 0 or self.hold < 0:
            msg = f"patience must have within >= 0, every > 0 and hold >= 0, in seconds: {self!r}"
            raise ValueError(msg)

    def __str__(self) -> str:
        """Read as the end of a sentence."""
        return f"within {self.within:g} s" + (f", and then for {self.hold:g} s" if self.hold else "")


class Clock(Protocol):
    """Where time comes from: monotonic seconds, and a way to let them pass."""

    def now(self) -> float:
        """Return the time in seconds, from an arbitrary origin; never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        ...


class _SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


SYSTEM: Clock = _SystemClock()


class Progress(Protocol):
    """Somebody who is told how a long wait is getting on; times in seconds."""

    def __call__(self, expected: str, observed: object, elapsed: float, within: float) -> None:
        """Take note of the latest observation."""
        ...


def _silent(expected: str, observed: object, elapsed: float, within: float) -> None:
    """Tell nobody."""


SILENT: Progress = _silent


def never(_value: object) -> str | None:
    """Never give up early."""
    return None


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation, and when it was first made (seconds after the first look)."""

    at: float
    value: object


@dataclass(frozen=True, slots=True)
class Story:
    """What a wait saw. `history` has the changed observations only; times in seconds."""

    expected: str
    patience: Patience
    history: tuple[Seen, ...]
    looks: int
    elapsed: float
    held: float = 0.0
    gave_up: str | None = None

    def __str__(self) -> str:
        """Tell what was expected, what was seen last and since when, how long it held, what was before."""
        last = self.history[-1]
        looks = "1 look" if self.looks == 1 else f"{self.looks} looks"
        lines = [
            f"expected: {self.expected}, {self.patience}",
            f"last observed: {shown(last.value)}",
            f"  (seen from {last.at:.1f} s to {self.elapsed:.1f} s; {looks} in all)",
        ]
        if self.gave_up is not None:
            lines.append(f"gave up early: {self.gave_up}")
        if self.patience.hold and self.held:
            lines.append(f"held at most {self.held:.1f} s of {self.patience.hold:g} s")
        elif self.patience.hold and len(self.history) > 1:
            lines.append(f"never held, not for a moment of the {self.patience.hold:g} s")
        told = [f"  {seen.at:7.1f} s  {shown(seen.value, 300)}" for seen in self.history[:-1]]
        if len(told) > _TOLD:
            told[2 : 2 - _TOLD] = [f"        ...  {len(told) - _TOLD} more changes"]
        if told:
            lines += ["before that:", *told]
        return "\n".join(lines)


class NeverHappened(AssertionError):
    """The condition did not come true, or did not hold: a finding about the target (verdict `fail`)."""

    def __init__(self, story: Story) -> None:
        """Carry the whole story."""
        super().__init__(story)
        self.story = story
        self.expected = story.expected
        self.history = list(story.history)
        self.held = story.held


class NeverObserved(CannotObserve):
    """When the wait was over the target could not be observed: nothing is known of it (verdict `unknown`)."""

    def __init__(self, story: Story) -> None:
        """Carry the whole story; what, from where and why are those of the last failed observation."""
        last = story.history[-1].value
        if not isinstance(last, CannotObserve):
            msg = f"the last observation was made: {last!r}"
            raise TypeError(msg)
        super().__init__(last.what, last.vantage, last.because)
        self.args = (story,)
        self.story = story
        self.expected = story.expected
        self.history = list(story.history)
        self.held = story.held

    def __str__(self) -> str:
        """Tell the story."""
        return str(self.story)


def eventually(
    observe: Callable[[], T],
    until: Callable[[T], bool],
    *,
    expected: str,
    patience: Patience,
    hopeless: Callable[[T], str | None] = never,
    clock: Clock = SYSTEM,
    progress: Progress = SILENT,
) -> T:
    """Look until the condition has come true and held; return the observation that completed it.

    Args:
        observe: makes one observation, in bounded time. `CannotObserve` counts as an observation and is tried
            again; any other exception passes through at once.
        until: the condition.
        expected: the condition in words, for the failure and for progress ("5 of 5 nodes Ready").
        patience: how long.
        hopeless: says why further waiting is pointless, or None; asked when the condition is not met.
        clock: where time comes from.
        progress: told about the wait once it has lasted longer than `QUIET`.

    Raises:
        NeverHappened: with the story of the wait.
        NeverObserved: likewise, when the last look, at the end, was a `CannotObserve`.

    """
    return _Wait(expected, patience, clock, progress).run(observe, until, hopeless)


def holds(
    observe: Callable[[], T],
    until: Callable[[T], bool],
    *,
    expected: str,
    patience: Patience,
    clock: Clock = SYSTEM,
    progress: Progress = SILENT,
) -> T:
    """Look for `patience.hold` seconds and want the condition true each time; return the last observation.

    The first look to the contrary fails it. A `CannotObserve` starts the hold anew, and `patience.within` is
    how long that may go on. Raises as `eventually` does.
    """

    def broken(_value: T) -> str | None:
        return "it had to be so from the first look on"

    return _Wait(expected, patience, clock, progress).run(observe, until, broken)


class _Wait:
    """The state of one wait."""

    def __init__(self, expected: str, patience: Patience, clock: Clock, progress: Progress) -> None:
        self.expected = expected
        self.patience = patience
        self.clock = clock
        self.progress = progress
        self.start = clock.now()
        self.history: list[Seen] = []
        self.looks = 0
        self.held = 0.0
        self.told: Seen | None = None
        self.told_at = 0.0

    def run(
        self, observe: Callable[[], T], until: Callable[[T], bool], hopeless: Callable[[T], str | None]
    ) -> T:
        since: float | None = None  # the end of the first look of the present hold
        while True:
            began = self._elapsed()
            try:
                value = observe()
            except CannotObserve as unseen:
                self._record(began, unseen)
                since = None
            else:
                self._record(began, value)
                if until(value):
                    since = self._elapsed() if since is None else since
                    self.held = max(self.held, began - since)
                    # Not began - since >= hold: it must be the very sum that the pause below waits for.
                    if began >= since + self.patience.hold or not self.patience.hold:
                        return value
                else:
                    since = None
                    reason = hopeless(value)
                    if reason is not None:
                        raise NeverHappened(self._story(reason))
            if since is None and self._elapsed() >= self.patience.within:
                raise self._failure()
            end = self.patience.within if since is None else since + self.patience.hold
            self._pause(min(self._elapsed() + self.patience.every, end))

    def _elapsed(self) -> float:
        return self.clock.now() - self.start

    def _record(self, at: float, value: object) -> None:
        self.looks += 1
        if not self.history or self.history[-1].value != value:
            self.history.append(Seen(at, value))
        self._tell()

    def _tell(self) -> None:
        elapsed, last = self._elapsed(), self.history[-1]
        if elapsed >= QUIET and (last is not self.told or elapsed - self.told_at >= REPEAT):
            self.told, self.told_at = last, elapsed
            self.progress(self.expected, last.value, elapsed, self.patience.within)

    def _pause(self, until: float) -> None:
        """Sleep, in pieces that let progress be told in a long pause too."""
        while (left := until - self._elapsed()) > 0:
            due = self.told_at + REPEAT if self.told else QUIET
            self.clock.sleep(max(min(left, due - self._elapsed()), 0.001))
            self._tell()

    def _story(self, gave_up: str | None = None) -> Story:
        return Story(
            self.expected, self.patience, tuple(self.history), self.looks, self._elapsed(), self.held, gave_up
        )

    def _failure(self) -> NeverHappened | NeverObserved:
        unseen = isinstance(self.history[-1].value, CannotObserve)
        return NeverObserved(self._story()) if unseen else NeverHappened(self._story())
