"""What the annotations of an inventory's tables say: which keys there are, and what is allowed in each."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import types
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from inventory.cluster import Table
from inventory.model import Inventory

Place = tuple[int | str, ...]
"""The way to a value in a document: names of keys and numbers of items."""

REQUIRED = dataclasses.MISSING


class Key(NamedTuple):
    """A key of a table. default: REQUIRED if there is none."""

    hint: Any
    default: Any


@functools.cache
def adapter(hint: Any) -> TypeAdapter[Any]:
    """What reads and writes values of a type."""
    return TypeAdapter(hint)


@functools.cache
def keys(table: type[Any]) -> dict[str, Key]:
    """The keys of a table, in the order of the reference."""
    hints = get_type_hints(table, include_extras=True)
    return {
        each.name: Key(
            hints[each.name], each.default if each.default_factory is REQUIRED else each.default_factory()
        )
        for each in dataclasses.fields(table)
    }


def bare(hint: Any) -> Any:
    """The type without what is said beside it, and without None."""
    while get_origin(hint) in (Annotated, Union, types.UnionType):
        hint = next(arm for arm in get_args(hint) if arm is not types.NoneType)
    return hint


def is_table(hint: Any) -> bool:
    """Whether a document has a table there whose keys are those of a class."""
    kind = bare(hint)
    return isinstance(kind, type) and issubclass(kind, Table)


def is_list(hint: Any) -> bool:
    """Whether a document has a list there."""
    return get_origin(bare(hint)) is tuple


def is_named(hint: Any) -> bool:
    """Whether a document has a table there whose keys are names."""
    return get_origin(bare(hint)) is collections.abc.Mapping


def hint_at(place: Place) -> Any:
    """The type of what stands at a place of a document; of a name in a table of tables, too, that is not allowed."""
    hint: Any = Inventory
    for step in place:
        kind = bare(hint)
        hint = keys(kind)[str(step)].hint if is_table(kind) else get_args(kind)[-is_named(kind)]
    return hint


def names_at(place: Place) -> list[str]:
    """The keys that the table at a place may have."""
    kind = bare(hint_at(place))
    return list(get_args(get_args(kind)[0])) if is_named(kind) else list(keys(kind))


def item(place: Place) -> Place:
    """The smallest thing around a place that can be left out: an item of a list, a named table, or the section."""
    ends = [number for number in range(1, len(place) + 1) if _collects(place[: number - 1])]
    return place[: max(ends, default=1)]


def _collects(place: Place) -> bool:
    hint = hint_at(place)
    return is_list(hint) or is_named(hint)


def describe(hint: Any) -> str:
    """What is allowed there, as the end of the sentence "allowed: …"."""
    if get_origin(hint) is Annotated:
        said = [each.description for each in get_args(hint) if isinstance(each, FieldInfo)]
        return said[-1] or "" if said else describe(get_args(hint)[0])
    kind = bare(hint)
    if kind is not hint:
        return describe(next(arm for arm in get_args(hint) if arm is not types.NoneType))
    if get_origin(kind) is Literal:
        return " or ".join(f'"{word}"' for word in get_args(kind))
    if is_list(kind):
        return f"a list, each item {describe(get_args(kind)[0])}"
    names = get_args(get_args(kind)[0]) if is_named(kind) else keys(kind)
    return f"a table with {', '.join(names)}" if names else "a table"
