"""What is pinned of a run's scenarios, and how the run differs from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reports import text
from reports.model import Pin, Run, Verdict

if TYPE_CHECKING:
    from reports.judge import Standing

RUN, PLANNED, UNSUPPORTED, KNOWN_FAILURE = "run", "planned", "unsupported", "known-failure"
"""What a pin expects."""


def pinned(run: Run) -> dict[str, int]:
    """How many scenarios are pinned for each profile that the run owes, by the profile."""
    return dict(Counter(pin.profile for pin in run.pins.values() if _owes(run, pin)))


def _owes(run: Run, pin: Pin) -> bool:
    """Whether a scenario must be in the record: in that of a whole run, and in that of its whole profile."""
    return run.selection in {"", f"-m {pin.profile}"}


def against(run: Run, standings: Sequence[Standing]) -> tuple[list[str], list[str]]:
    """Sentences about scenarios that are not as they are pinned: those that make the run red, and notes."""
    if not run.pins:
        note = "Nothing is pinned for this target, so a missing scenario would not be noticed: run make pin once."
        return [], [note] if standings else []
    recorded = {each.scenario.id for each in standings}
    lost = sorted(name for name, pin in run.pins.items() if _owes(run, pin) and name not in recorded)
    strange = sorted(recorded - set(run.pins))
    reasons = [f"{_many(lost, 'pinned scenario')} not recorded: {_all(lost)}."] if lost else []
    reasons += [f"{_many(strange, 'scenario')} not pinned: {_all(strange)}. Run make pin."] if strange else []
    notes: list[str] = []
    for each in standings:
        if (pin := run.pins.get(each.scenario.id)) is not None:
            reasons += [text.sentence(said) for said in _worse(each, pin)]
            notes += [text.sentence(said) for said in _better(each, pin)]
    return reasons, notes


def _worse(found: Standing, pin: Pin) -> Iterable[str]:
    """What is less than was pinned of a scenario, and a known failure that is none."""
    name = found.scenario.id
    if pin.expected in {RUN, KNOWN_FAILURE}:
        if found.verdict is Verdict.UNSUPPORTED:
            yield f"One more scenario is unsupported than is pinned: {name}: {found.reason}"
        if found.verdict is Verdict.PLANNED:
            yield f"{name} is planned, and is pinned to {pin.expected}"
    if pin.expected == KNOWN_FAILURE and found.verdict is Verdict.PASS:
        needless = "needed no more, so take its line away and run make pin"
        yield f"{name} holds, and is pinned to fail by {pin.why}: {needless}"


def _better(found: Standing, pin: Pin) -> Iterable[str]:
    """What is more than was pinned of a scenario, and a known failure that is another one."""
    name = found.scenario.id
    if pin.expected == UNSUPPORTED and found.verdict not in {Verdict.UNSUPPORTED, Verdict.NOT_RUN}:
        yield f"{name} is pinned as unsupported, and runs now: pin it with make pin FROM_RUN=1"
    if pin.expected == PLANNED and found.verdict is not Verdict.PLANNED:
        yield f"{name} is pinned as planned, and is not planned now: run make pin"
    if pin.expected == KNOWN_FAILURE and found.red:
        yield f"{name} is red, and not by {pin.why}, by which it is known to fail"
    if found.known:
        yield f"{name} fails by {pin.why}, as it is known to: it neither holds nor counts"


def _many(names: Sequence[str], noun: str) -> str:
    return f"{text.counted(len(names), noun)} {'was' if len(names) == 1 else 'were'}"


def _all(names: Sequence[str]) -> str:
    return text.listed(list(names), limit=20)
