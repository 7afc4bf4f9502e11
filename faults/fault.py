"""What a fault is: a value that names a harm, what it turns red, and how it is done and undone.

A fault is made of one of a few kinds (`faults.kinds`) and lives in `faults.catalogue`, where `discover` finds
it. `faults.injection` breaks and mends, and writes down what it is about to do before it does it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from diagnosis.scenario import Name
from provisioning.gates import Gate
from provisioning.target import Target

Memo = Mapping[str, Any]
"""What has to be known to mend a fault, as JSON: a fresh process mends from it alone. Never holds a secret."""


class Kind(Protocol):
    """One way to break a target. All but ``before`` may be called again after an interruption."""

    @property
    def places(self) -> frozenset[str]:
        """What it takes in hand: two faults that share a place cannot be in one target at a time."""
        ...

    @property
    def outlives_rebuild(self) -> bool:
        """Whether the harm is still there when the target was built anew."""
        ...

    def available(self, target: Target) -> str | None:
        """Say why this cannot be done to the target, or None. Changes nothing."""
        ...

    def before(self, target: Target) -> Memo:
        """Look at what is going to be harmed, and return what ``mend`` will need. Changes nothing.

        Raises:
            LookupError: what is to be harmed is not as the fault expects it, or would not change.

        """
        ...

    def break_(self, target: Target, memo: Memo) -> None:
        """Do the harm. Where it is done already nothing happens."""
        ...

    def mend(self, target: Target, memo: Memo) -> None:
        """Undo it, however much of it was done. Where nothing is to be undone nothing happens.

        Raises:
            OSError: it did not work, and may when it is tried again.
            CannotObserve: likewise.

        """
        ...

    def mended(self, target: Target, memo: Memo) -> bool:
        """Tell whether what was harmed is as it was before. Raises as ``mend``."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One harm.

    slug: its name, the past participle of the harm ("kubelet_paused").
    kind: how it is done.
    says: the harm in one sentence, without its first capital and its full stop.
    cause: the slug of the incident that the report must name for it (`diagnosis.chapters`).
    turns_red: the scenarios that must notice, as patterns of `diagnosis.scenario.Name.matches`. Nothing else of
        the conformance profile may turn red.
    may_turn: scenarios that may turn red with it and need not, by chance or by who leads at the time.
    shows: what is waited for before anybody looks; None where the harm is felt at once.
    alone: it reaches so far that no other fault can be told apart beside it.
    """

    slug: str
    kind: Kind
    says: str
    cause: str
    turns_red: tuple[str, ...]
    may_turn: tuple[str, ...] = ()
    shows: Gate[Target] | None = None
    alone: bool = False

    def turns(self, scenario: Name) -> bool:
        """Tell whether this scenario must turn red."""
        return any(map(scenario.matches, self.turns_red))

    def spares(self, scenario: Name) -> bool:
        """Tell whether this scenario must stay green."""
        return not any(map(scenario.matches, (*self.turns_red, *self.may_turn)))


def discover() -> Mapping[str, Fault]:
    """Return all faults by their slugs, sorted: every Fault that a module of the catalogue holds.

    Raises:
        ValueError: two faults have the same slug.

    """
    found: dict[str, Fault] = {}
    for fault in _catalogue():
        if fault.slug in found:
            raise ValueError(f"two faults are called {fault.slug!r}")
        found[fault.slug] = fault
    return dict(sorted(found.items()))


def relation() -> Mapping[str, tuple[str, ...]]:
    """Return what the faults of each cause turn red, or may: patterns of scenarios by the incident's slug."""
    found: dict[str, tuple[str, ...]] = {}
    for fault in discover().values():
        found[fault.cause] = (*found.get(fault.cause, ()), *fault.turns_red, *fault.may_turn)
    return found


def causes(scenario: Name) -> tuple[str, ...]:
    """Return the causes of the faults that must turn a scenario red."""
    return tuple(dict.fromkeys(each.cause for each in discover().values() if each.turns(scenario)))


def _catalogue() -> Iterator[Fault]:
    from faults import catalogue  # noqa: PLC0415 - its modules need this one

    for module in sorted(pkgutil.iter_modules(catalogue.__path__), key=lambda each: each.name):
        held = vars(importlib.import_module(f"{catalogue.__name__}.{module.name}"))
        yield from (value for value in held.values() if isinstance(value, Fault))
