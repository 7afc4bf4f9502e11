"""JSON merge patches (RFC 7396): what they do, what takes them back, and how one is written that reaches into lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from faults.words import filled, filled_in
from provisioning.target import Target

Json = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]
EACH = "*"
"""In a patch, in place of a key: every element of a list."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """In a patch: a text, or each text of a list, with all matches replaced; one that is not there stays so.

    pairs: (regular expression, what each match becomes).
    """

    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Also:
    """In a patch: a list has these elements too; one with a "name" replaces the one that is called so."""

    elements: tuple[Any, ...]


def resolved(target: Target, found: Any, patch: Any) -> Any:
    """Return the JSON merge patch that a patch with `EACH`, `Reworded` and `Also` is for what was ``found``.

    Names in braces are replaced in all of its texts (`faults.words`).

    Raises:
        LookupError: it reaches into a list that is not there, or the inventory lacks what it names.

    """
    if isinstance(patch, Reworded):
        return found if found is None else _reworded(target, found, patch.pairs)
    if isinstance(patch, Also):
        wanted = filled_in(target, patch.elements)
        names = {each["name"] for each in wanted if _is_object(each)}
        return [*(each for each in found or () if not _is_object(each) or each["name"] not in names), *wanted]
    if not _is_object(patch):
        return filled_in(target, patch)
    if EACH in patch:
        if not isinstance(found, list):
            raise LookupError(f"there is no list in which to change {sorted(patch[EACH])}")
        elements = cast("list[Json]", found)
        return [merged(each, resolved(target, each, patch[EACH])) for each in elements]
    held: Mapping[str, Any] = found if _is_object(found) else {}
    return {filled(target, key): resolved(target, held.get(key), each) for key, each in patch.items()}


def inverse(found: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """Return the merge patch that takes ``patch`` back, on an object that was ``found`` so before it."""
    undo: Json = {}
    for key, wanted in patch.items():
        had = found.get(key)
        undo[key] = inverse(had, wanted) if _is_object(had) and _is_object(wanted) else had
    return undo


def merged(found: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """Return an object with a merge patch applied."""
    result: Json = dict(found)
    for key, wanted in patch.items():
        had = result.get(key)
        if wanted is None:
            result.pop(key, None)
        elif _is_object(wanted):
            result[key] = merged(had if _is_object(had) else {}, wanted)
        else:
            result[key] = wanted
    return result


def holds(found: Mapping[str, Any], patch: Mapping[str, Any]) -> bool:
    """Tell whether a merge patch would change nothing of an object."""
    for key, wanted in patch.items():
        had = found.get(key)
        if _is_object(wanted):
            if not holds(had if _is_object(had) else {}, wanted):
                return False
        elif had != wanted:
            return False
    return True


def _reworded(target: Target, found: Any, pairs: Pairs) -> Any:
    if isinstance(found, list):
        return [_reworded(target, each, pairs) for each in cast("list[Any]", found)]
    for pattern, becomes in pairs:
        found = re.sub(
            filled(target, pattern, escaped=True), filled(target, becomes), found, flags=re.MULTILINE
        )
    return found


def _is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)
