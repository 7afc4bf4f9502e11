"""A parsed TOML document, read by the annotations of `model.py`.

The reader goes on after a fault, so that one run reports all faults, and keeps what it could read, so that
the checks between sections (`checks.py`) still run on everything that is sound.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import os
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from inventory import kinds
from inventory.errors import InventoryError, looks_secret, shown
from inventory.model import Inventory
from probes.waiting import Patience

BROKEN: Any = object()
"""Stands for a value that could not be read; its error has been recorded."""

LITERAL = "?"
"""Stands for the key that was meant where a literal secret was found: no key has this name."""

REFERENCE = "a reference in [credentials]: file, environment or kubernetes_secret"


@dataclass(frozen=True, slots=True)
class PatienceKeys:
    """The keys of one entry of [patience]; the defaults are those of ``probes.waiting.Patience``."""

    within: kinds.Duration
    every: kinds.Duration = 0.5
    hold: kinds.DurationOrNone = 0.0


@dataclass(slots=True)
class Reader:
    """Reads one document and collects its errors; ``folder`` is where relative paths start."""

    file: str
    folder: Path
    errors: list[InventoryError] = field(default_factory=list[InventoryError])

    def document(self, raw: Mapping[str, object]) -> dict[str, Any]:
        """Every section that is at least partly sound, by name. A section that is broken is left out."""
        return self._keys(Inventory, raw, "")[0]

    def refuse(self, key: str, found: str, allowed: str) -> Any:
        """Record one error and give back what stands for the value."""
        self.errors.append(InventoryError(self.file, key, found, allowed))
        return BROKEN

    def clean(self, section: str) -> bool:
        """Whether no error was recorded in the section (or for the document as a whole)."""
        roots = {error.key.partition(".")[0].partition("[")[0] for error in self.errors}
        return section not in roots

    def _value(self, hint: Any, raw: object, key: str) -> Any:
        origin = get_origin(hint)
        if origin in (Union, types.UnionType):
            return self._value(next(arm for arm in get_args(hint) if arm is not type(None)), raw, key)
        if origin is Annotated:
            return self._leaf(get_args(hint)[1], raw, key)
        if origin is tuple:
            return self._array(get_args(hint)[0], raw, key)
        if origin is None:
            return self._table(hint, raw, key)
        names, inner = get_args(hint)
        return self._named(names, inner, raw, key)

    def _leaf(self, kind: kinds.Kind[Any], raw: object, key: str) -> Any:
        try:
            value = kind.parse(raw)
        except kinds.Wrong as wrong:
            return self.refuse(key, shown(key, raw), str(wrong) or kind.allowed)
        if isinstance(value, Path):
            return self._folder(value, key) if kind is kinds.FOLDER else self._readable(value, key)
        return value

    def _folder(self, path: Path, key: str) -> Any:
        path = self.folder / path
        return path if path.is_dir() else self.refuse(key, f'"{path}", which is none', kinds.FOLDER.allowed)

    def _readable(self, path: Path, key: str) -> Any:
        path = self.folder / path
        if path.is_file() and os.access(path, os.R_OK):
            return path
        return self.refuse(key, f'"{path}", which is no file that can be read', kinds.FILE.allowed)

    def _array(self, hint: Any, raw: object, key: str) -> Any:
        tables = dataclasses.is_dataclass(hint)
        if not isinstance(raw, list):
            return self.refuse(key, shown(key, raw), f"tables, each under [[{key}]]" if tables else "a list")
        items = cast("list[object]", raw)
        names = [_name(item) for item in items]
        read: list[Any] = []
        for number, (item, name) in enumerate(zip(items, names, strict=True)):
            # A name tells a person more than a number does, as long as it belongs to one item only.
            own = name is not None and names.count(name) == 1
            read.append(self._value(hint, item, f"{key}[{name if own else number}]"))
            if name in names[:number] and name is not None:
                first = f"{key}[{names.index(name)}]"
                self.refuse(f"{key}[{number}].name", f'"{name}", which {first} has too', "a name of its own")
        return tuple(item for item in read if item is not BROKEN)

    def _named(self, names: Any, hint: Any, raw: object, key: str) -> Any:
        if not isinstance(raw, dict):
            return self.refuse(key, shown(key, raw), f"a table, under [{key}]")
        allowed = get_args(names) if get_origin(names) is Literal else None
        read: dict[str, Any] = {}
        for name, item in cast("dict[str, object]", raw).items():
            place = f"{key}.{name}"
            if allowed is not None and name not in allowed:
                self._unknown(place, name, item, allowed)
                continue
            value = self._value(hint, item, place)
            if value is not BROKEN:
                read[name] = value
        return read

    def _table(self, hint: type[Any], raw: object, key: str) -> Any:
        keys, build = hint, hint
        if hint is Patience:
            keys, raw = PatienceKeys, {"within": raw} if isinstance(raw, str) else raw
        if not isinstance(raw, dict):
            literal = isinstance(raw, str) and looks_secret(key)
            allowed = REFERENCE if literal else _describe(hint)
            return self.refuse(key, "a literal secret (not shown)" if literal else shown(key, raw), allowed)
        values, whole = self._keys(keys, cast("dict[str, object]", raw), key)
        return build(**values) if whole else BROKEN

    def _keys(self, cls: type[Any], raw: Mapping[str, object], key: str) -> tuple[dict[str, Any], bool]:
        """What the keys of a table say, defaults included, and whether it says all that was meant.

        An unknown key that resembles no other takes nothing away from the rest of its table.
        """
        fields, prefix = _fields(cls), f"{key}." if key else ""
        meant: set[str | None] = {
            self._unknown(f"{prefix}{name}", name, item, fields)
            for name, item in raw.items()
            if name not in fields
        }
        values: dict[str, Any] = {}
        for name, (hint, default) in fields.items():
            if name in raw:
                value = self._value(hint, raw[name], f"{prefix}{name}")
                if value is not BROKEN:
                    values[name] = value
            elif name in meant:
                continue
            elif default is not None:
                values[name] = default()
            else:
                self.refuse(f"{prefix}{name}", "nothing", _describe(hint))
        return values, len(values) == len(fields) and LITERAL not in meant

    def _unknown(self, key: str, name: str, raw: object, allowed: Iterable[str]) -> str | None:
        """Record an unknown key; give back the known one that was probably meant."""
        if looks_secret(name) and isinstance(raw, str):
            self.refuse(key, "a literal secret (not shown)", REFERENCE)
            return LITERAL
        near = difflib.get_close_matches(name, allowed, n=1)
        meant = f' (did you mean "{near[0]}"?)' if near else ""
        self.refuse(key, f"an unknown key{meant}", _listed(allowed))
        return near[0] if near else None


def _name(item: object) -> str | None:
    """The name that a table gives itself, if it does."""
    name = cast("dict[str, object]", item).get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) and name else None


@functools.cache
def _fields(cls: type[Any]) -> dict[str, tuple[Any, Callable[[], Any] | None]]:
    """The keys of a table, each with its annotation and what makes its default (None: it must be there)."""
    hints = get_type_hints(cls, include_extras=True)
    return {each.name: (hints[each.name], _default(each)) for each in dataclasses.fields(cls) if each.compare}


def _default(each: dataclasses.Field[Any]) -> Callable[[], Any] | None:
    if each.default_factory is not dataclasses.MISSING:
        return each.default_factory
    return None if each.default is dataclasses.MISSING else lambda: each.default


def _describe(hint: Any) -> str:
    """What a key that is missing should have been."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return str(inner[1].allowed)
    if origin is tuple:
        return f"a list, each item {_describe(inner[0])}"
    if origin is not None:
        return f"a table with {_listed(get_args(inner[0]))}" if get_origin(inner[0]) is Literal else "a table"
    if hint is Patience:
        return f'a duration such as "30s", or a table with {_listed(_fields(PatienceKeys))}'
    return f"a table with {_listed(_fields(hint))}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
