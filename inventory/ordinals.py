"""How sentences count the nodes of an inventory: "first", "second", "13th"."""

from __future__ import annotations

_WORDS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def ordinal(index: int) -> str:
    """Return the word for a place in a list; 0 is "first"."""
    if index < len(_WORDS):
        return _WORDS[index]
    number = index + 1
    ending = "th" if number % 100 in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def index(word: str) -> int:
    """Return the place in a list that the word means. Raises ValueError for any other word."""
    if word in _WORDS:
        return _WORDS.index(word)
    found = int(word[:-2]) - 1
    if ordinal(found) != word:
        raise ValueError(f"{word!r} is no ordinal")
    return found
