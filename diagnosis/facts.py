"""A probe's value as data: encoded for the record of a run, found in it again, and decoded to the same type.

A dataclass, a named tuple or an enumeration becomes ``{"type": "probes.storage.StorageClass", "fields": {...}}``; all
else becomes JSON as it is. Two things are left out on purpose: a field that a class keeps out of its repr holds what
must not be shown, and is empty here; of bytes only length and SHA-256 stay, and decoded bytes are that digest.

A record may be older than the types. What is of no known type any more, or of a type that has changed, decodes to
nothing: an old record is never an error.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import PurePath
from typing import Any, TypeVar, cast

from pydantic import PydanticUserError, TypeAdapter, ValidationError

from probes.outcomes import CannotObserve

T = TypeVar("T")
JSON = Any
"""Dicts with string keys, lists, strings, numbers, booleans, None."""
_ROOMS = ("probes", "inventory", "diagnosis")
_TYPE, _FIELDS = "type", "fields"
_DEEP = 24
"""A value that is nested more deeply is kept as text from there on."""
_AS_TEXT = (date, IPv4Address, IPv6Address, IPv4Network, IPv6Network, PurePath)


def encode(value: object, depth: int = 0) -> JSON:  # noqa: PLR0911 - a table
    """Return a value as JSON; what is of no kind that is known here becomes its ``str``."""
    if depth > _DEEP:
        return str(value)
    within = depth + 1
    match value:
        case Enum():
            return _typed(type(value), {"value": encode(value.value, within)})
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            digest = hashlib.sha256(value).hexdigest()
            return {_TYPE: "bytes", _FIELDS: {"length": len(value), "sha256": digest}}
        case timedelta():
            return value.total_seconds()
        case datetime():
            return value.isoformat()
        case CannotObserve():
            return _typed(type(value), {name: str(getattr(value, name)) for name in _UNSEEN})
        case _ if isinstance(value, _AS_TEXT):
            return str(value)
        case _:
            return _composed(value, within)


_UNSEEN = ("what", "vantage", "because")


def _composed(value: object, depth: int) -> JSON:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _typed(type(value), dict(_fields(value, depth)))
    if isinstance(value, tuple) and hasattr(type(cast("object", value)), "_asdict"):
        fields = cast("Any", value)._asdict()
        return _typed(type(cast("object", value)), {key: encode(each, depth) for key, each in fields.items()})
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        found = {_key(key): encode(each, depth) for key, each in pairs}
        return (
            {_TYPE: "dict", _FIELDS: {"items": list(map(list, found.items()))}} if _is_typed(found) else found
        )
    if isinstance(value, AbstractSet):
        each = [encode(one, depth) for one in cast("AbstractSet[object]", value)]
        return sorted(each, key=lambda one: json.dumps(one, sort_keys=True))
    if isinstance(value, list | tuple):
        return [encode(one, depth) for one in cast("list[object]", value)]
    return str(value)


def _typed(kind: type, fields: Mapping[str, JSON]) -> JSON:
    return {_TYPE: f"{kind.__module__}.{kind.__qualname__}", _FIELDS: fields}


def _fields(value: Any, depth: int) -> Iterator[tuple[str, JSON]]:
    for each in dataclasses.fields(value):
        has_default = not (
            each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        )
        if each.repr:
            yield each.name, encode(getattr(value, each.name), depth)
        elif not has_default:
            yield each.name, "" if isinstance(getattr(value, each.name), str) else {}


def _key(key: object) -> str:
    return str(key.value if isinstance(key, Enum) else key)


def _is_typed(document: object) -> bool:
    return isinstance(document, Mapping) and set(cast("Mapping[str, object]", document)) == {_TYPE, _FIELDS}


def decode(document: JSON) -> object | None:
    """Return the value that was encoded; None when its type is not known any more, or has changed.

    What is no typed value is returned as JSON, with the typed values in it decoded.
    """
    if isinstance(document, list):
        return [decode(one) for one in cast("list[JSON]", document)]
    if not isinstance(document, Mapping):
        return document
    known = cast("Mapping[str, JSON]", document)
    if not _is_typed(known):
        return {key: decode(each) for key, each in known.items()}
    fields: Any = known[_FIELDS]
    if not isinstance(fields, Mapping):
        return None
    decoded = {str(key): decode(each) for key, each in cast("Mapping[str, JSON]", fields).items()}
    return _made(str(known[_TYPE]), decoded)


def _made(name: str, fields: dict[str, Any]) -> object | None:  # noqa: PLR0911 - a table
    if name == "dict":
        return dict(fields.get("items", ()))
    if name == "bytes":
        return str(fields.get("sha256", "")).encode()
    kind = _resolved(name)
    if kind is None:
        return None
    try:
        if issubclass(kind, Enum):
            return kind(fields.get("value"))
        if issubclass(kind, CannotObserve):
            return kind(*(fields[each] for each in _UNSEEN))
        return _adapter(cast("Any", kind)).validate_python(fields)
    except (ValidationError, PydanticUserError, NameError, ValueError, TypeError, KeyError):
        return None


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _resolved(name: str) -> type | None:
    """Return a class of ours by its name; nothing else is ever imported because a record names it."""
    module, _, kind = name.rpartition(".")
    if module.partition(".")[0] not in _ROOMS:
        return None
    try:
        found = getattr(importlib.import_module(module), kind, None)
    except ImportError:
        return None
    if not isinstance(found, type):
        return None
    ours = dataclasses.is_dataclass(found) or issubclass(found, Enum | tuple | CannotObserve)
    return cast("type", found) if ours else None


def facts(document: JSON, kind: type[T]) -> Iterator[T]:
    """Yield every value of a type (or of a subclass of it) in a document, however deeply it is nested."""
    if isinstance(document, list):
        for one in cast("list[JSON]", document):
            yield from facts(one, kind)
    elif isinstance(document, Mapping):
        known = cast("Mapping[str, JSON]", document)
        if _is_typed(known) and _may_be(str(known[_TYPE]), kind):
            found = decode(known)
            if isinstance(found, kind):
                yield found
        for each in known.values():
            yield from facts(each, kind)


def _may_be(name: str, kind: type) -> bool:
    found = _resolved(name)
    return found is not None and issubclass(found, kind)
