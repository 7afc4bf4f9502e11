"""Visible progress of builds: ticks, and a console that shows them on a terminal and in a CI log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TextIO


class State(Enum):
    """What is being done about one artifact."""

    CACHED = "cached"
    WAITING = "waiting for another build of it"
    BUILDING = "building"
    BUILT = "built"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether nothing follows."""
        return self in (State.CACHED, State.BUILT, State.FAILED)


@dataclass(frozen=True, slots=True)
class Tick:
    """One moment of one artifact: ``number`` of ``total``; ``elapsed`` in seconds since it was begun."""

    name: str
    number: int
    total: int
    state: State
    elapsed: float
    detail: str = ""


Progress = Callable[[Tick], None]


def silent(_: Tick) -> None:
    """Show nothing."""


@dataclass(slots=True)
class Task:
    """One artifact being made; turns what happens into ticks."""

    progress: Progress
    name: str
    number: int
    total: int
    started: float = field(default_factory=time.monotonic)

    def says(self, state: State, detail: str = "") -> None:
        """Send one tick."""
        elapsed = time.monotonic() - self.started
        self.progress(Tick(self.name, self.number, self.total, state, elapsed, detail))

    def waiting(self) -> None:
        """Another process is making this artifact."""
        self.says(State.WAITING)


@dataclass(slots=True)
class Console:
    """Shows ticks: on a terminal one line, rewritten; elsewhere a line at each change and every 15 s."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    every: float = 15.0
    _last: Tick | None = None

    def __call__(self, tick: Tick) -> None:
        """Show one tick."""
        terminal = self.stream.isatty()
        if terminal:
            self.stream.write("\r\x1b[K" + _line(tick) + ("\n" if tick.state.final else ""))
        elif self._is_news(tick):
            self.stream.write(_line(tick) + "\n")
        else:
            return
        self.stream.flush()
        self._last = tick

    def _is_news(self, tick: Tick) -> bool:
        last = self._last
        if last is None or (last.name, last.state) != (tick.name, tick.state):
            return True
        return tick.elapsed - last.elapsed >= self.every


def _line(tick: Tick) -> str:
    minutes, seconds = divmod(int(tick.elapsed), 60)
    line = f"[{tick.number}/{tick.total}] {tick.name:<22} {tick.state.value:<9} {minutes}:{seconds:02d}"
    return f"{line}  {tick.detail}" if tick.detail else line
