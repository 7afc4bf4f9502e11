"""Which faults can be proven in one run: those that cannot be mistaken for each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from diagnosis.incident import Incident
from diagnosis.scenario import Name
from faults.fault import Fault


def batches(
    faults: Iterable[Fault], names: Iterable[Name], incidents: Mapping[str, Incident]
) -> tuple[tuple[Fault, ...], ...]:
    """Divide faults into as few runs as comes easily; each into the first in which it is alone with what it touches."""
    found: list[list[Fault]] = []
    every = list(names)
    for fault in faults:
        place = next(
            (batch for batch in found if all(apart(fault, other, every, incidents) for other in batch)), None
        )
        if place is None:
            found.append([fault])
        else:
            place.append(fault)
    return tuple(map(tuple, found))


def apart(one: Fault, two: Fault, names: Sequence[Name], incidents: Mapping[str, Incident]) -> bool:
    """Tell whether two faults touch no scenario in common, and neither's cause could explain what the other does."""
    if one.alone or two.alone or one.kind.places & two.kind.places:
        return False
    return not any(
        _touches(one, two, name, incidents[two.cause]) or _touches(two, one, name, incidents[one.cause])
        for name in names
    )


def _touches(one: Fault, two: Fault, name: Name, cause_of_two: Incident) -> bool:
    return one.turns(name) and (not two.spares(name) or cause_of_two.explains(name))
