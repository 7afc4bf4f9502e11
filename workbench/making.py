"""The protocol of this room, and the half of it that is the same for everything that has a name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from probes.outcomes import CannotObserve
from probes.waiting import SILENT, Patience, Progress, eventually
from workbench.run import Run

T = TypeVar("T")
REMOVED = Patience(within=90.0, every=1.0)


class Maker(ABC, Generic[T]):
    """Makes things of one kind, and takes them away again."""

    @abstractmethod
    def make(self, *args: Any, **kwargs: Any) -> T:
        """Make one. Raises CannotObserve; what was made by then is removed with the rest."""

    @abstractmethod
    def remove(self, progress: Progress = SILENT) -> None:
        """Remove all that was made here; the second time there is nothing to do.

        Raises:
            CannotObserve: some of it is still there; all else has gone.

        """

    @abstractmethod
    def sweep(self) -> Iterator[str]:
        """Remove what dead runs left, each as its name is taken from here; what belongs to live runs stays.

        Raises:
            CannotObserve: some of it is still there, or nothing could be found out; all else has gone.

        """


class Named(Maker[T]):
    """Of things that are found again by their names. A kind says how one is made, found and taken away."""

    gone: str
    """What is true once nothing is left, in words."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.made: list[str] = []

    def remove(self, progress: Progress = SILENT) -> None:
        """Remove all that was made here. A scenario may have ended with the cluster ill, so it is given time."""
        self._begin(self.made)
        insist(lambda: tuple(self._removed(self.made)), self.gone, progress, self._patience())

    def sweep(self) -> Iterator[str]:
        """Remove what other runs left, by the names of what is there."""
        left = list(filter(self.run.is_left, self._found()))
        self._begin(left)
        yield from self._removed(left)

    def _note(self, name: str) -> str:
        """Note what is going to be made, before it is: what was made by half goes too."""
        self.made.append(name)
        return name

    def _begin(self, names: list[str]) -> None:
        """Do what is done once, before these are taken away."""

    def _patience(self) -> Patience:
        return REMOVED

    def _found(self) -> Iterable[str]:
        """Return the names of what is there now, of whichever run. Raises CannotObserve."""
        return ()

    @abstractmethod
    def _take_away(self, name: str) -> None:
        """Take one away; one that has gone is fine. Raises CannotObserve."""

    def _removed(self, names: list[str]) -> Iterator[str]:
        """Take each away and off the list; raise in the end what was in the way."""
        failures: dict[str, CannotObserve] = {}
        for name in tuple(names):
            try:
                self._take_away(name)
            except CannotObserve as error:
                failures[name] = error
            else:
                names.remove(name)
                yield name
        if failures:
            because = "; ".join(dict.fromkeys(error.because for error in failures.values()))
            raise CannotObserve(
                f"{', '.join(failures)} removed", next(iter(failures.values())).vantage, because
            )


def insist(
    work: Callable[[], object], expected: str, progress: Progress = SILENT, patience: Patience = REMOVED
) -> None:
    """Do something; again where it raises CannotObserve, and that in the end too. expected: what is then true."""
    eventually(work, lambda _: True, expected=expected, patience=patience, progress=progress)
