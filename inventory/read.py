"""A parsed TOML document, read by the annotations of `model.py`.

pydantic finds all faults at once. What is broken is then left out and the rest is read again, so that the checks
between sections (`checks.py`) still run on everything that is sound.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from inventory.errors import looks_secret, shown
from inventory.finding import Finding
from inventory.grammar import (
    REQUIRED,
    Place,
    adapter,
    bare,
    describe,
    hint_at,
    is_list,
    is_named,
    is_table,
    item,
    keys,
    names_at,
)
from inventory.model import Inventory

_REFERENCE = "a reference in [credentials]: file, environment or kubernetes_secret"
_UNKNOWN = "unexpected_keyword_argument"
_NAME = "[key]"
"""How pydantic ends the place of a table whose name is not one of those that are allowed."""


def read(document: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], list[Finding]]:
    """Every section that is at least partly sound, and all that is wrong. Relative paths start at `folder`."""
    try:
        inventory = adapter(Inventory).validate_python(document, context=folder)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    else:
        return {name: getattr(inventory, name) for name in keys(Inventory)}, [*_same_names(document)]
    broken, findings = _explained(document, faults)
    return _sections(_without(document, broken), folder), [*findings, *_same_names(document)]


def _sections(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Each section by itself, since others may be missing."""
    read: dict[str, Any] = {}
    for name, (hint, default) in keys(Inventory).items():
        if name in document:
            with contextlib.suppress(ValidationError):  # told already
                read[name] = adapter(hint).validate_python(document[name], context=folder)
        elif default is not REQUIRED:
            read[name] = default
    return read


def _explained(document: Mapping[str, Any], faults: list[ErrorDetails]) -> tuple[set[Place], list[Finding]]:
    """What cannot be read, and the faults in words."""
    broken: set[Place] = set()
    settled: set[Place] = set()
    findings: list[Finding] = []
    for fault in sorted(faults, key=lambda fault: fault["type"] != _UNKNOWN and fault["loc"][-1] != _NAME):
        place = fault["loc"][:-1] if fault["loc"][-1] == _NAME else fault["loc"]
        if any(place[: len(each)] == each for each in settled):
            continue
        if fault["type"] != _UNKNOWN and fault["loc"] == place:
            broken.add(item(place))
            findings.append(_wrong(document, fault))
            continue
        name, allowed = str(place[-1]), names_at(place[:-1])
        near = difflib.get_close_matches(name, allowed, n=1)
        secret = looks_secret(name) and isinstance(_at(document, place), str)
        # One that resembles no other takes nothing away from the rest of its table.
        broken |= {place, *([item(place[:-1])] if place[1:] and (secret or near) else [])}
        settled |= {place, *((*place[:-1], each) for each in near if each not in _at(document, place[:-1]))}
        found = f'an unknown key (did you mean "{near[0]}"?)' if near else "an unknown key"
        key = _key(document, place)
        findings.append(_literal(key) if secret else Finding(key, found, ", ".join(allowed)))
    return broken, findings


def _wrong(document: Mapping[str, Any], fault: ErrorDetails) -> Finding:
    key, raw, hint = _key(document, fault["loc"]), fault["input"], hint_at(fault["loc"])
    said: Mapping[str, str] = fault.get("ctx", {}) if fault["type"] == "wrong" else {}
    if fault["type"] == "missing":
        return Finding(key, "nothing", describe(hint))
    if is_table(hint) and isinstance(raw, str) and looks_secret(key):
        return _literal(key)
    if is_list(hint):
        tables = is_table(get_args(bare(hint))[0])
        return Finding(key, shown(key, raw), f"tables, each under [[{key}]]" if tables else "a list")
    if is_named(hint):
        return Finding(key, shown(key, raw), f"a table, under [{key}]")
    return Finding(key, said.get("found") or shown(key, raw), said.get("allowed") or describe(hint))


def _literal(key: str) -> Finding:
    return Finding(key, "a literal secret (not shown)", _REFERENCE)


def _same_names(document: Mapping[str, Any]) -> Iterator[Finding]:
    for section in ("nodes", "pools"):
        names = _names(document.get(section))
        for number, name in enumerate(names):
            if name and name in names[:number]:
                first = f"{section}[{names.index(name)}]"
                yield Finding(
                    f"{section}[{number}].name", f'"{name}", which {first} has too', "a name of its own"
                )


def _names(tables: object) -> list[str]:
    """The names that the tables of a list give themselves; "" for one that does not."""
    return [_name(each) for each in cast("list[object]", tables)] if isinstance(tables, list) else []


def _name(table: object) -> str:
    name = cast("dict[str, object]", table).get("name") if isinstance(table, dict) else None
    return name if isinstance(name, str) else ""


def _at(document: Mapping[str, Any], place: Place) -> Any:
    value: Any = document
    for step in place:
        value = value[step]
    return value


def _key(document: Mapping[str, Any], place: Place) -> str:
    """The place in words. A name tells a person more than a number does, as long as it belongs to one item only."""
    key = ""
    for depth, step in enumerate(place):
        if isinstance(step, int):
            names = _names(_at(document, place[:depth]))
            key += f"[{names[step] if names[step] and names.count(names[step]) == 1 else step}]"
        else:
            key += f".{step}" if key else step
    return key


def _without(value: Any, broken: set[Place], place: Place = ()) -> Any:
    if isinstance(value, dict):
        tables = cast("dict[str, Any]", value).items()
        return {
            name: _without(each, broken, (*place, name))
            for name, each in tables
            if (*place, name) not in broken
        }
    if isinstance(value, list):
        items = enumerate(cast("list[Any]", value))
        return [
            _without(each, broken, (*place, number))
            for number, each in items
            if (*place, number) not in broken
        ]
    return value
