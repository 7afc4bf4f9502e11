"""Records of ``reports.model`` to JSON values and back."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from reports.model import SCHEMA, Run, Verdict

T = TypeVar("T")


class Malformed(ValueError):
    """The data is no record of ours. The message says where, and what was expected there."""


def plain(value: Any) -> Any:
    """A record as JSON values: dicts, lists, strings, finite numbers, booleans, None."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        # JSON has no NaN and no infinity; a duration that is neither is not known.
        return value if math.isfinite(value) else 0.0
    if isinstance(value, str | int) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return {name: plain(getattr(value, name)) for name in _names(value)}


def record(kind: type[T], data: object) -> T:
    """The record of this kind that ``plain`` made.

    Fields that are missing take their default, unknown fields are passed over: a newer run of the same
    schema stays readable. Raises ``Malformed`` for anything else.
    """
    result: T = _read(kind, data, kind.__name__)
    if isinstance(result, Run) and result.schema > SCHEMA:
        raise Malformed(f"the run has schema {result.schema}; this version reads up to {SCHEMA}")
    return result


def map_text(
    value: T,
    change: Callable[[str], str],
    *,
    facts: Callable[[Any], Any],
    spare: frozenset[str] = frozenset(),
) -> T:
    """The same record with every text changed by ``change`` and every fact by ``facts``.

    Fields named in ``spare`` and verdicts stay; numbers that JSON does not have become 0, as in ``plain``.
    """
    return _map(value, change, facts, spare)


def _map(value: Any, change: Callable[[str], str], facts: Callable[[Any], Any], spare: frozenset[str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Enum | int | float) or value is None:
        return plain(value) if type(value) is float else value
    if isinstance(value, Mapping):
        return {change(str(key)): _map(item, change, facts, spare) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, tuple):
        return tuple(_map(item, change, facts, spare) for item in value)  # pyright: ignore[reportUnknownVariableType]
    changed = {
        name: facts(plain(held)) if hint is Any else _map(held, change, facts, spare)
        for name, hint, _ in _fields(value.__class__)
        if name not in spare and (held := getattr(value, name)) is not None
    }
    return dataclasses.replace(value, **changed)


def _names(value: Any) -> tuple[str, ...]:
    return tuple(name for name, _, _ in _fields(value.__class__))


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (
            each.name,
            hints[each.name],
            each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING,
        )
        for each in dataclasses.fields(kind)
    )


def _read(hint: Any, value: Any, where: str) -> Any:
    if hint is Verdict:
        return Verdict.of(value)
    if hint is Any:
        return value
    if dataclasses.is_dataclass(hint):
        return _read_record(hint, value, where)
    origin = get_origin(hint)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise Malformed(f"{where}: expected a list, found {_kind(value)}")
        (item_hint, _) = get_args(hint)
        return tuple(_read(item_hint, item, f"{where}[{at}]") for at, item in enumerate(value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise Malformed(f"{where}: expected an object, found {_kind(value)}")
        return {str(key): _read(get_args(hint)[1], item, f"{where}.{key}") for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return _read_scalar(hint, value, where)


def _read_record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise Malformed(f"{where}: expected an object, found {_kind(value)}")
    found: dict[str, Any] = {}
    for name, hint, required in _fields(kind):
        if name in value:
            found[name] = _read(hint, value[name], f"{where}.{name}")
        elif required:
            raise Malformed(f"{where}: {name} is missing")
    return kind(**found)


def _read_scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return plain(float(value))
    allowed = get_args(hint) or (hint,)
    if isinstance(value, bool) or not isinstance(value, allowed):
        raise Malformed(f"{where}: expected {' or '.join(a.__name__ for a in allowed)}, found {_kind(value)}")
    return value


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
