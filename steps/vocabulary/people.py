"""People of a scenario's own, and the windows that they sit in front of, as steps see them."""

from __future__ import annotations

from typing import Protocol

from probes.browser.session import Visitor
from probes.vantage import Vantage


class Revealed(Protocol):
    """A secret, which shows itself to nobody but whom it is for."""

    def reveal(self) -> str:
        """Return its value."""
        ...


class Person(Protocol):
    """Somebody whom the provider knows."""

    @property
    def username(self) -> str:
        """What he signs in with."""
        ...

    @property
    def email(self) -> str:
        """His address."""
        ...

    @property
    def password(self) -> Revealed:
        """His password."""
        ...


class People(Protocol):
    """Makes people of the scenario's own, who are removed when it is over, and their accounts too."""

    def make(self, *groups: str, enabled: bool = ..., outside: bool = ...) -> Person:
        """Make somebody in these groups, and in the one that may sign in, unless he is to be outside."""
        ...

    def join(self, person: Person, group: str) -> None:
        """Put him into a group."""
        ...

    def leave(self, person: Person, group: str) -> None:
        """Take him out of a group."""
        ...

    def disable(self, person: Person) -> None:
        """Lock his account at the provider."""
        ...


class Windows(Protocol):
    """Windows of a real browser; all of them are closed when the scenario is over."""

    def open(self, vantage: Vantage) -> Visitor:
        """Seat somebody new in front of a window of their own, at this place."""
        ...

    def learn(self) -> None:
        """Learn what the visitors are known by now, so that it is in no record."""
        ...
