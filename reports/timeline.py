"""The geometry of the picture of a build: pure, in percent of the build's wall-clock time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports import text
from reports.model import Phase

_MARKS = 6
_ROUND = (20, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Steps of the time axis, in seconds, beyond those that are round as numbers."""
_FAILED = frozenset({"failed", "abandoned", "interrupted", "unknown"})
_IDLE = frozenset({"unchanged", "kept", "cached"})
_LABEL_SPACE = 80.0
"""Percent: a bar that ends to the right of this has its time on its left."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One phase.

    ``left``, ``width`` and ``label_at`` in percent; ``kind`` is ``ready``, ``idle`` or ``failed``. The
    label begins at ``label_at``, or ends there; ``inside`` when it stands on the bar itself.
    """

    left: float
    width: float
    kind: str
    label: str
    label_at: float
    label_end: bool
    inside: bool
    phase: Phase


@dataclass(frozen=True, slots=True)
class Lane:
    """A unit, and its phases from left to right."""

    unit: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """One layer: its units as lanes in order of their start, and its span in seconds."""

    layer: str
    lanes: tuple[Lane, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the time axis, at so many percent."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Build:
    """One build: ``seconds`` of wall-clock, ``work`` the sum of all phases, and what took longest.

    ``idle`` is the number of units that had nothing to do.
    """

    name: str
    started: str
    seconds: float
    work: float
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    slowest: Phase
    failed: tuple[Phase, ...]
    units: int
    idle: int


def builds(phases: Sequence[Phase]) -> tuple[Build, ...]:
    """Group phases by their build, in the order in which the builds began to report."""
    groups: dict[str, list[Phase]] = {}
    for phase in phases:
        groups.setdefault(phase.build, []).append(phase)
    return tuple(_build(name, group) for name, group in groups.items())


def _build(name: str, phases: list[Phase]) -> Build:
    starts = {id(phase): read.timestamp() for phase in phases if (read := text.moment(phase.started))}
    zero = min(starts.values(), default=0.0)
    # A phase whose start is not known is drawn from the beginning: its length is right, its place is not.
    begin = {id(phase): starts.get(id(phase), zero) - zero for phase in phases}
    total = max(begin[id(phase)] + phase.seconds for phase in phases)
    whole = total or 1.0
    layers: dict[str, dict[str, list[Phase]]] = {}
    for phase in sorted(phases, key=lambda each: (each.layer, begin[id(each)], each.unit)):
        layers.setdefault(phase.layer, {}).setdefault(phase.unit, []).append(phase)
    bands = tuple(
        Band(
            layer,
            tuple(
                Lane(unit, tuple(_bar(each, begin[id(each)], whole) for each in own))
                for unit, own in units.items()
            ),
            _span([(begin[id(each)], each.seconds) for own in units.values() for each in own]),
        )
        for layer, units in layers.items()
    )
    return Build(
        name=name,
        started=min((phase.started for phase in phases if phase.started), default=""),
        seconds=total,
        work=sum(phase.seconds for phase in phases),
        bands=bands,
        marks=_marks(whole),
        slowest=max(phases, key=lambda each: each.seconds),
        failed=tuple(phase for phase in phases if phase.outcome in _FAILED),
        units=len({(phase.layer, phase.unit) for phase in phases}),
        idle=len({(phase.layer, phase.unit) for phase in phases if phase.outcome in _IDLE}),
    )


def _bar(phase: Phase, begin: float, whole: float) -> Bar:
    left, width = 100 * begin / whole, 100 * phase.seconds / whole
    kind = "failed" if phase.outcome in _FAILED else "idle" if phase.outcome in _IDLE else "ready"
    seconds = text.duration(phase.seconds)
    end = left + width
    # No room on the right: on the left of the bar, or, for a bar that fills the lane, inside it.
    crowded = end > _LABEL_SPACE
    inside = crowded and left <= 100 - _LABEL_SPACE
    return Bar(
        left=left,
        width=width,
        kind=kind,
        label=f"{seconds}, {phase.outcome}" if kind == "failed" else seconds,
        label_at=left if crowded and not inside else end,
        label_end=crowded,
        inside=inside,
        phase=phase,
    )


def _span(parts: list[tuple[float, float]]) -> float:
    return max(begin + seconds for begin, seconds in parts) - min(begin for begin, _ in parts)


def _marks(whole: float) -> tuple[Mark, ...]:
    """Round times, at most ``_MARKS`` after the zero."""
    raw = whole / _MARKS
    if raw > _ROUND[0]:
        step = next((each for each in _ROUND if each >= raw), math.ceil(raw / 3600) * 3600)
    else:
        magnitude = 10 ** math.floor(math.log10(raw))
        step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= raw)
    count = int(whole / step + 1e-9)
    return tuple(Mark(100 * at * step / whole, _mark(at * step)) for at in range(count + 1))


def _mark(seconds: float) -> str:
    if seconds < 60 or seconds % 60:  # noqa: PLR2004 - a minute
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min"
