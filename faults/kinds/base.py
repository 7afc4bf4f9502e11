"""What the kinds share: a memo by place, the order of breaking and mending, and what must not reconcile meanwhile.

A kind here is made of a few protected methods that each concern one place: the path of an object, the name of a host,
or "" where there is only one. What they return for the memo is JSON.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from faults import reach
from faults.fault import Memo
from provisioning.target import Target


class Harm(ABC):
    """A harm that is done place by place, and undone likewise. Without a word to the contrary it needs a lab."""

    __slots__ = ()

    @property
    def outlives_rebuild(self) -> bool:
        """Whether the harm is still there when the target was built anew; most goes with the target."""
        return False

    @property
    def places(self) -> frozenset[str]:
        """What it takes in hand, for `Kind.places`; by default nothing that another fault could want too."""
        return frozenset()

    def available(self, target: Target) -> str | None:
        """Say why this cannot be done to the target, or None. Changes nothing."""
        try:
            return self._why_not(target)
        except LookupError as missing:
            return str(missing)

    def _why_not(self, target: Target, /) -> str | None:
        """Say the same. Raises LookupError when the target lacks what is to be harmed."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """Return what is known of each place, and what reconciles any of them."""
        was = {at: self._look(target, at) for at in self._where(target)}
        if not was:
            raise LookupError(f"{target.name} has nothing that {self} could harm")
        reconcilers = [found for at in was if (found := self._reconciler(target, at)) is not None]
        return {"was": was, "held": reconcilers}

    def break_(self, target: Target, memo: Memo) -> None:
        """Hold off what would reconcile the places, then do the harm to each."""
        for reconciler in memo["held"]:
            self._hold_off(target, reconciler)
        for at, was in memo["was"].items():
            self._harm(target, at, was)
        self._settle(target, tuple(memo["was"]))

    def mend(self, target: Target, memo: Memo) -> None:
        """Undo the harm to each place, then release what was held off."""
        for at, was in memo["was"].items():
            self._undo(target, at, was)
        for reconciler in memo["held"]:
            self._release(target, reconciler)
        self._settle(target, tuple(memo["was"]))

    def mended(self, target: Target, memo: Memo) -> bool:
        """Tell whether every place is as it was."""
        return all(self._undone(target, at, was) for at, was in memo["was"].items())

    def _where(self, _target: Target, /) -> Iterable[str]:
        return ("",)

    def _look(self, _target: Target, _at: str, /) -> Any:
        """Return what must be known of a place to undo the harm. Raises LookupError when it is not as expected."""
        return None

    @abstractmethod
    def _harm(self, target: Target, at: str, was: Any, /) -> None:
        """Harm one place; a second time nothing more happens."""

    @abstractmethod
    def _undo(self, target: Target, at: str, was: Any, /) -> None:
        """Undo what of it was done."""

    @abstractmethod
    def _undone(self, target: Target, at: str, was: Any, /) -> bool:
        """Tell whether a place is as it was."""

    def _settle(self, _target: Target, _places: tuple[str, ...], /) -> None:  # noqa: B027 - most have none
        """Wait for what must be over before the harm, or its end, counts as done."""

    def _reconciler(self, _target: Target, _at: str, /) -> Any:
        """Return, as JSON, what puts a place back by itself and can be held off; None where nothing does."""
        return None

    def _hold_off(self, _target: Target, _reconciler: Any, /) -> None:  # noqa: B027 - most have none
        """Have it leave its objects alone; a second time nothing more happens."""

    def _release(self, _target: Target, _reconciler: Any, /) -> None:  # noqa: B027 - most have none
        """Have it look after its objects again; where it does so already nothing happens."""


class Change(Harm):
    """A value that can be read and written: it is altered, and what was read is written back."""

    __slots__ = ()

    @abstractmethod
    def _read(self, target: Target, at: str, /) -> Any:
        """Return the value of a place, as JSON."""

    @abstractmethod
    def _alter(self, target: Target, at: str, was: Any, /) -> Any:
        """Return what becomes of it."""

    @abstractmethod
    def _write(self, target: Target, at: str, value: Any, /) -> None:
        """Write a value; the one that is there already changes nothing."""

    def _settled(self, _target: Target, _at: str, /) -> bool:
        """Tell whether what was written is in force."""
        return True

    def _same(self, one: Any, other: Any, /) -> bool:
        return bool(one == other)

    def _look(self, target: Target, at: str, /) -> Any:
        was = self._read(target, at)
        if self._same(self._alter(target, at, was), was):
            raise LookupError(f"{at or self} has nothing that would change")
        return was

    def _harm(self, target: Target, at: str, was: Any, /) -> None:
        self._write(target, at, self._alter(target, at, was))

    def _undo(self, target: Target, at: str, was: Any, /) -> None:
        self._write(target, at, was)

    def _undone(self, target: Target, at: str, was: Any, /) -> bool:
        return self._same(self._read(target, at), was) and self._settled(target, at)
