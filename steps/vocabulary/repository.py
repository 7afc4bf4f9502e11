"""The owner's repository, which decisions are held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pytest_bdd import given

from steps.vocabulary.seen import Seen

Violations = Callable[[str], tuple[object, ...]]
"""What violates the rule of this name; empty when nothing does. See `fixtures/repository.py`."""


class Audited(Protocol):
    """What was read."""

    @property
    def summary(self) -> str:
        """In one line."""
        ...


@given("the owner's repository")
def owners_repository(audited: Audited, seen: Seen) -> None:
    seen("what was read", audited.summary, "the repository")
