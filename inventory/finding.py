"""What a check of the inventory is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Finding(NamedTuple):
    """One error before it knows its file."""

    key: str
    found: str
    allowed: str

    @property
    def section(self) -> str:
        """The section that it is in; of a key of the document itself, that key."""
        return self.key.partition(".")[0].partition("[")[0]


class Check(NamedTuple):
    """A comparison of sections.

    Of those in ``whole`` every item must have been read, because the check counts or looks something up,
    and half a list would bring false errors.
    """

    compare: Callable[..., Iterator[Finding]]
    sections: tuple[str, ...]
    whole: tuple[str, ...] = ()
