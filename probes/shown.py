"""Observations as text a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import cast


def shown(value: object, limit: int = 2000) -> str:
    """Return a value as a person reads it: the elements of a collection in their words, cut at `limit`."""
    text = _text(value)
    return text if len(text) <= limit else f"{text[: limit - 4]} ..."


def _text(value: object) -> str:
    match value:
        case str():
            return repr(value)
        case Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return "{" + ", ".join(f"{key}: {_text(one)}" for key, one in pairs) + "}"
        case AbstractSet():
            return _joined(sorted(_text(one) for one in cast("AbstractSet[object]", value)))
        case list() | tuple():
            return _joined([_text(one) for one in cast("list[object]", value)])
        case _:
            return str(value)


def _joined(parts: list[str]) -> str:
    return f"[{', '.join(parts)}]" if parts else "nothing"
