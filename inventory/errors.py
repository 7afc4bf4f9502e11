"""What is wrong with an inventory, all at once: file, key, what was found and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inventory.problem import Problem

_SECRET = re.compile(r"pass(word|wd|phrase)|token|secret|private_?key|api_?key", re.IGNORECASE)
_PRIVATE_SECTION = "credentials"
_LONGEST = 60


@dataclass(frozen=True, slots=True, order=True)
class InventoryError:
    """One fault of one file. ``key`` is the place inside it, empty when the whole file is meant."""

    file: str
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: found {self.found}; allowed: {self.allowed}"


class InventoryErrors(Problem):
    """Every fault of one inventory, in the order of the file's sections."""

    def __init__(self, errors: Iterable[InventoryError]) -> None:
        self.errors = tuple(errors)
        number = len(self.errors)
        super().__init__(
            f"the inventory has {number} error{'s' if number != 1 else ''}",
            "put right what is listed; inventories/README.md explains every key",
        )

    def __str__(self) -> str:
        return "\n".join([f"{self.says}:", *(f"  {error}" for error in self.errors)])


def looks_secret(key: str) -> bool:
    """Whether a key's name says that its value would be a secret."""
    return _SECRET.search(key) is not None


def shown(key: str, raw: object) -> str:
    """A value as an error may show it: clipped, and by its type alone where it might be a secret."""
    if looks_secret(key) or key.partition(".")[0] == _PRIVATE_SECTION:
        return f"{_type(raw)} (not shown)"
    if isinstance(raw, str) and "@" in raw:
        return "a string with an @ (not shown)"  # as in user:password@host
    if isinstance(raw, str):
        clipped = raw if len(raw) <= _LONGEST else raw[:_LONGEST] + "…"
        return f'"{clipped}"' if raw else "an empty string"
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, int | float):
        return str(raw)
    return _type(raw)


def _type(raw: object) -> str:
    return next((name for kind, name in _TYPES if isinstance(raw, kind)), "a date or time")


_TYPES: tuple[tuple[type[object], str], ...] = (
    # A boolean is also an int in Python, so it comes first.
    (bool, "a boolean"),
    (int, "a number"),
    (float, "a number"),
    (str, "a string"),
    (list, "a list"),
    (dict, "a table"),
)
