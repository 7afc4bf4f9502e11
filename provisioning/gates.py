"""The condition under which something counts as ready, felt or well: of a unit, a fault, a whole target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from probes.waiting import never

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Gate(Generic[C]):
    """A probe, what it must show, and how long that may take.

    observe: makes one observation through the context; ``CannotObserve`` counts as one and is tried again.
    until: the condition on that observation.
    expected: the condition in words ("5 of 5 nodes Ready"), for progress and for the failure.
    patience: a name from the inventory's ``[patience]``; "" where the caller has a patience of its own.
    hopeless: says why waiting longer is pointless, or None.
    """

    observe: Callable[[C], Any]
    until: Callable[[Any], bool]
    expected: str
    patience: str = ""
    hopeless: Callable[[Any], str | None] = never

    def holds(self, context: C) -> bool:
        """Tell whether the condition is met now. Raises CannotObserve when that cannot be observed."""
        return self.until(self.observe(context))
