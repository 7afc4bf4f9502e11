"""What happens while a cluster is built, as values: told to listeners, appended to a file, read back."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TextIO

from probes.shown import shown


class Outcome(StrEnum):
    """How a unit's part in a build ended."""

    READY = "ready"
    FAILED = "failed"
    ABANDONED = "abandoned"
    """It was under way when another unit failed or the user interrupted."""


@dataclass(frozen=True, slots=True)
class PhaseEvent:
    """One unit of one build, finished. ``started`` is a Unix time; ``seconds`` is how long it took."""

    build: str
    layer: str
    unit: str
    started: float
    seconds: float
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A gate that has waited for more than two seconds, and what it saw last; times in seconds."""

    layer: str
    unit: str
    expected: str
    observed: object
    elapsed: float
    within: float


class Listener(Protocol):
    """Somebody who is told. ``converge`` never calls a listener from two threads at once."""

    def started(self, layer: str, unit: str) -> None:
        """A unit begins."""
        ...

    def waiting(self, wait: Wait) -> None:
        """A gate is still waiting: when it saw something new, and every few seconds."""
        ...

    def finished(self, event: PhaseEvent) -> None:
        """A unit has ended, in whatever way."""
        ...


class Silence:
    """Tells nobody."""

    def started(self, layer: str, unit: str) -> None:
        """Nothing."""

    def waiting(self, wait: Wait) -> None:
        """Nothing."""

    def finished(self, event: PhaseEvent) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """Tells several listeners, in this order."""

    listeners: Sequence[Listener]

    def started(self, layer: str, unit: str) -> None:
        """A unit begins."""
        for listener in self.listeners:
            listener.started(layer, unit)

    def waiting(self, wait: Wait) -> None:
        """A gate waits."""
        for listener in self.listeners:
            listener.waiting(wait)

    def finished(self, event: PhaseEvent) -> None:
        """A unit has ended."""
        for listener in self.listeners:
            listener.finished(event)


class PhaseLog(Silence):
    """Appends each finished unit to a file, one JSON object a line: also a killed build leaves its story."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def finished(self, event: PhaseEvent) -> None:
        """Append one line, in one write."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(dataclasses.asdict(event)) + "\n")


class Console(Silence):
    """Tells a person: a line when a unit has ended and a line for each sign of life of a long wait."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self.stream = stream

    def waiting(self, wait: Wait) -> None:
        """Say what is waited for and what is there instead."""
        seen = " ".join(shown(wait.observed, 120).split())
        self._tell(
            wait.layer, wait.unit, wait.elapsed, f"of {wait.within:g} s for: {wait.expected}; now: {seen}"
        )

    def finished(self, event: PhaseEvent) -> None:
        """Say how it ended."""
        told = f"{event.outcome}{f' ({event.detail.splitlines()[0]})' if event.detail else ''}"
        self._tell(event.layer, event.unit, event.seconds, told)

    def _tell(self, layer: str, unit: str, seconds: float, text: str) -> None:
        print(f"{layer:<20} {unit:<22} {seconds:6.1f} s  {text}", file=self.stream, flush=True)


def read(path: Path) -> tuple[PhaseEvent, ...]:
    """The events of a file that ``PhaseLog`` wrote; none if there is no file.

    A last line without an end is what a kill in the middle of a write leaves, and is not an event.
    """
    if not path.exists():
        return ()
    complete = path.read_text(encoding="utf-8").rpartition("\n")[0]
    events = (PhaseEvent(**json.loads(line)) for line in complete.splitlines())
    return tuple(dataclasses.replace(event, outcome=Outcome(event.outcome)) for event in events)
