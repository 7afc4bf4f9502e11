"""How far a secondary is behind its primary, by the serials of their SOAs (RFC 1982: they wrap around)."""

from __future__ import annotations

from dataclasses import dataclass, field

import dns.serial

from probes.dns import Answer
from probes.outcomes import NetworkFailure

_BITS = 32


@dataclass(frozen=True, slots=True)
class Soa:
    """The data of an SOA; names absolute, times in seconds."""

    mname: str
    rname: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"serial {self.serial}, refresh {self.refresh} s, retry {self.retry} s, from {self.mname}"


@dataclass(frozen=True, slots=True)
class InStep:
    """The secondary has the primary's serial, or a later one that the primary has got since."""

    serial: int

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"in step at serial {self.serial}"


@dataclass(frozen=True, slots=True)
class Lag:
    """The secondary is behind, and it was not yet its turn. over_in: seconds until it must have caught up."""

    primary: int
    secondary: int
    over_in: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        behind = f"behind: {self.secondary} instead of {self.primary}"
        return f"{behind}; within its budget, which is over in {self.over_in:.0f} s"


@dataclass(frozen=True, slots=True)
class Late:
    """Its turn is over, and the time for a second try is not: the last refresh has failed, or takes long."""

    primary: int
    secondary: int

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"late: {self.secondary} instead of {self.primary}, with the refresh over and the retry not"


@dataclass(frozen=True, slots=True)
class Broken:
    """The secondary is behind for longer than refresh and retry: the replication is broken. since: in seconds."""

    primary: int
    secondary: int
    since: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"replication is broken: {self.secondary} instead of {self.primary} for {self.since:.0f} s"


@dataclass(frozen=True, slots=True)
class Ahead:
    """The secondary has a serial that the primary never had: the primary has lost changes, or began anew."""

    primary: int
    secondary: int

    def __str__(self) -> str:
        """Read as a phrase."""
        return (
            f"ahead of its primary: {self.secondary} and not {self.primary}; it will not ask for a copy again"
        )


Standing = InStep | Lag | Late | Broken | Ahead


def newer(one: int, other: int) -> bool:
    """Tell whether one serial comes after another (RFC 1982)."""
    return dns.serial.Serial(one, _BITS) > dns.serial.Serial(other, _BITS)


def lag(
    primary: int,
    secondary: int,
    *,
    refresh: float,
    retry: float,
    first_seen: float,
    now: float,
    latest: int | None = None,
) -> Standing:
    """Judge the distance of two serials.

    Args:
        primary: the serial that the secondary has to reach.
        secondary: its own.
        refresh: seconds after which it asks.
        retry: seconds after which it asks again when that failed.
        first_seen: when it was first seen that the secondary does not have the primary's serial.
        now: likewise on the same clock, in seconds.
        latest: the primary's serial now, where it went on meanwhile.

    """
    if newer(secondary, primary if latest is None else latest):
        return Ahead(primary if latest is None else latest, secondary)
    if not newer(primary, secondary):
        return InStep(secondary)
    age = now - first_seen
    if age < refresh:
        return Lag(primary, secondary, refresh - age)
    return Late(primary, secondary) if age < refresh + retry else Broken(primary, secondary, age)


def soa(answer: Answer | NetworkFailure) -> Soa | None:
    """Return the SOA of an answer's answer section; None if it has none, or there was no answer."""
    data = answer.data("SOA") if isinstance(answer, Answer) else ()
    if len(data) != 1:
        return None
    mname, rname, *numbers = data[0].split()
    return Soa(mname, rname, *map(int, numbers))
