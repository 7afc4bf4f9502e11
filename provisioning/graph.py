"""Provisioning as a graph of named units: what they are, whether they fit together, how they look.

``converge.py`` brings them up. The graph is checked whole before anything is started.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from graphlib import CycleError, TopologicalSorter
from typing import Any, Generic, TypeVar

from inventory.problem import Problem
from provisioning.gates import Gate

C = TypeVar("C")

ANYWHERE = "anywhere"


class Layer(Enum):
    """The layers of the roadmap's bootstrap, in order. A unit needs nothing of a later one."""

    PERSISTENT_AUTH = "00-persistent-auth"
    INFRASTRUCTURE = "01-infrastructure"
    SERVICES = "02-services"
    CONFIGURATION = "03-configuration"

    def __str__(self) -> str:
        return self.value

    def __lt__(self, other: Layer) -> bool:
        return self.value < other.value


def nothing(_context: object) -> None:
    """The start of a unit that only waits for something that is there without it."""


@dataclass(frozen=True, slots=True)
class Unit(Generic[C]):
    """One thing that is brought up.

    name: what it is called in every message.
    needs: names of the units that must be ready before this one starts.
    on: where it runs, for people ("controlplanes", "vps").
    start: does the work and may say in a few words what it did. It must be repeatable: a second bootstrap
        runs it again and changes nothing, and so is it where it raised CannotObserve or ConnectionError.
    gate: when it counts as ready; without one it is ready as soon as ``start`` returns.
    """

    name: str
    layer: Layer
    needs: tuple[str, ...] = ()
    on: str = ANYWHERE
    start: Callable[[C], str | None] = nothing
    gate: Gate[C] | None = None


class PlanError(Problem):
    """Units that do not make a graph; ``problems`` holds all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("the units do not fit together", "correct the units named above")

    def __str__(self) -> str:
        return "\n".join([f"{self.says}:", *(f"  {problem}" for problem in self.problems)])


def plan(units: Iterable[Unit[C]]) -> tuple[tuple[Unit[C], ...], ...]:
    """The units in batches: each batch needs only earlier ones. The same units give the same batches.

    Raises:
        PlanError: naming every duplicate name, unknown need, need of a later layer, or the units of a cycle.

    """
    units = tuple(units)
    by_name = {unit.name: unit for unit in units}
    problems = [
        f"{number} units are called '{name}'" for name, number in _counted(units).items() if number > 1
    ]
    for unit in units:
        for need in unit.needs:
            if need not in by_name:
                problems.append(f"{_called(unit)} needs '{need}', which no unit is called")
            elif unit.layer < by_name[need].layer:
                problems.append(f"{_called(unit)} needs '{need}' of the later layer {by_name[need].layer}")
    if problems:
        raise PlanError(problems)
    return _batches(by_name)


def _counted(units: Sequence[Unit[Any]]) -> Mapping[str, int]:
    return Counter(unit.name for unit in units)


def _called(unit: Unit[Any]) -> str:
    return f"unit '{unit.name}' (layer {unit.layer})"


def sorter(units: Iterable[Unit[Any]]) -> TopologicalSorter[str]:
    """A sorter over the names of the units, not yet prepared."""
    return TopologicalSorter({unit.name: unit.needs for unit in units})


def order(unit: Unit[Any]) -> tuple[str, str]:
    """The key by which units that could start at the same time are sorted."""
    return unit.layer.value, unit.name


def _batches(by_name: Mapping[str, Unit[C]]) -> tuple[tuple[Unit[C], ...], ...]:
    names = sorter(by_name.values())
    try:
        names.prepare()
    except CycleError as error:
        # graphlib tells the cycle from need to needer; "needs" reads the other way round.
        path = " needs ".join(f"'{name}'" for name in reversed(error.args[1]))
        raise PlanError([f"units need each other in a circle: {path}"]) from None
    batches: list[tuple[Unit[C], ...]] = []
    while names.is_active():
        ready = names.get_ready()
        batches.append(tuple(sorted((by_name[name] for name in ready), key=order)))
        names.done(*ready)
    return tuple(batches)


def picture(units: Iterable[Unit[Any]]) -> str:
    """The plan as text: per layer a line for each unit, with its batch, its needs and its gate.

    Units with the same number start at the same time if nothing else holds them up.
    """
    numbered = [(number, unit) for number, batch in enumerate(plan(units), 1) for unit in batch]
    if not numbered:
        return "no units"
    width = max(len(unit.name) for _, unit in numbered)
    lines: list[str] = []
    for layer in Layer:
        inside = [(number, unit) for number, unit in numbered if unit.layer is layer]
        if inside:
            lines += ["", str(layer)]
            for number, unit in inside:
                lines += _drawn(number, unit, width)
    return "\n".join(lines[1:])


def _drawn(number: int, unit: Unit[Any], width: int) -> Iterable[str]:
    place = "" if unit.on == ANYWHERE else f"  on {unit.on}"
    needs = f"  <- {', '.join(sorted(unit.needs))}" if unit.needs else ""
    yield f"  {number:>2}  {unit.name:<{width}}{place}{needs}".rstrip()
    if unit.gate is not None:
        yield f"  {'':>2}  {'':<{width}}  until {unit.gate.expected} [{unit.gate.patience}]"
