"""A probe's value outlives the record: encoded as JSON, found however deeply it is nested, decoded to the same type."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import probes
from diagnosis import facts
from probes.apiserver import ApiHealth
from probes.backups import NotRestored
from probes.http import Response
from probes.oidc.tokens import Tokens
from probes.outcomes import CannotObserve, NetworkFailure, Refused, TimedOut
from probes.storage import StorageClass
from probes.transfer import Record, Transferred

LEFT_OUT = {
    "probes.browser.applications.site.Held": "holds cookies",
    "probes.etcd.Certificates": "files of the caller, no observation",
    "probes.oidc.signin.LoginPage": "of its page only the status is recorded",
    "probes.oidc.tokens.Client": "given by the caller, with its secret",
    "probes.pinned.Pinned": "a way to look",
    "probes.relying_parties.model.Access": "given by the caller, with its secret",
    "probes.transfer._Copy": "within one probe",
    "probes.vault.Door": "a way to look",
}
"""Dataclasses of probes that are no observations."""


def kinds() -> Iterator[type]:
    for module in pkgutil.walk_packages(probes.__path__, "probes."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module.name:
                yield kind


def name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


KINDS = [kind for kind in kinds() if name(kind) not in LEFT_OUT]


def made(hint: Any) -> Any:  # noqa: PLR0911 - a table
    """A value of a type, not an empty one."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return made(arguments[0])
    if origin is typing.Literal:
        return arguments[-1]
    if origin is tuple:
        return tuple(made(each) for each in arguments if each is not Ellipsis)
    if origin in (frozenset, list):
        return origin([made(arguments[0])])
    if origin is not None and issubclass(origin, Mapping):
        return {made(arguments[0]): made(arguments[1])}
    if hint is NetworkFailure:
        return TimedOut(3.0)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return filled(hint)
    if isinstance(hint, type) and issubclass(hint, tuple):
        return hint(*(made(each) for each in typing.get_type_hints(hint).values()))
    values: dict[Any, Any] = {
        str: "a",
        int: 7,
        float: 1.5,
        bool: True,
        bytes: b"x",
        object: "anything",
        Any: {"a": [1]},
        type(None): None,
        datetime: datetime(2026, 11, 30, 22, 44, tzinfo=UTC),
        timedelta: timedelta(hours=8760),
        Path: Path("/x"),
    }
    return values[hint]


def filled(kind: Any) -> Any:
    hints = typing.get_type_hints(kind)
    given = {each.name: made(hints[each.name]) for each in dataclasses.fields(kind) if each.init}
    return kind(**given)


def shown(value: Any) -> dict[str, Any]:
    """The fields that are recorded as they are: neither kept out of the repr, nor bytes."""
    found = {each.name: getattr(value, each.name) for each in dataclasses.fields(value) if each.repr}
    return {key: one for key, one in found.items() if not isinstance(one, bytes)}


def again(value: object) -> object:
    return facts.decode(json.loads(json.dumps(facts.encode(value))))


@pytest.mark.parametrize("kind", KINDS, ids=name)
def test_every_value_of_a_probe_survives_the_record(kind: type) -> None:
    value = filled(kind)
    found = again(value)
    assert type(found) is kind
    assert shown(found) == shown(value)


def test_what_is_left_out_exists() -> None:
    assert set(LEFT_OUT) <= set(map(name, kinds()))


NESTED = {
    "a": [ApiHealth(answering=False, outcome=Refused(), seconds=1.0)],
    "b": Transferred(frozenset({Record("a.", "A", 1, "x")}), 1, 1, 1, 1.0, 1),
}


def test_values_are_found_however_deeply_they_are_nested() -> None:
    document = json.loads(json.dumps(facts.encode(NESTED)))
    assert list(facts.facts(document, NetworkFailure)) == [Refused()]
    assert list(facts.facts(document, Record)) == [Record("a.", "A", 1, "x")]
    assert [each.outcome for each in facts.facts(document, ApiHealth)] == [Refused()]
    assert list(facts.facts(document, StorageClass)) == []


def test_what_could_not_be_observed_is_a_fact() -> None:
    assert again(CannotObserve("x", "here", "it is down")) == CannotObserve("x", "here", "it is down")
    assert again(NotRestored("x", "here", "no archive")) == NotRestored("x", "here", "no archive")


def test_what_must_not_be_shown_is_not_recorded() -> None:
    document = json.dumps(facts.encode(Tokens("eyJ-id", "opaque-access", 60)))
    assert "eyJ-id" not in document
    assert "opaque-access" not in document


def test_of_bytes_only_length_and_hash_are_recorded() -> None:
    document = facts.encode(Response(200, body=b"a body"))
    assert "a body" not in json.dumps(document)
    assert document["fields"]["body"]["fields"]["length"] == 6


def test_a_mapping_that_looks_like_a_typed_value_is_none() -> None:
    value = {"type": "probes.outcomes.Refused", "fields": {}}
    assert again(value) == value
    assert list(facts.facts(facts.encode(value), Refused)) == []


@pytest.mark.parametrize(
    "document",
    [
        {"type": "probes.gone.Gone", "fields": {}},
        {"type": "probes.storage.Gone", "fields": {}},
        {"type": "os.system", "fields": {}},
        {"type": "probes.storage.StorageClass", "fields": {"name": "a"}},
        {"type": "probes.storage.StorageClass", "fields": {"name": 1, "provisioner": "b"}},
        {"type": "probes.storage.StorageClass", "fields": []},
        {"type": "probes.vault.State", "fields": {"value": "gone"}},
    ],
)
def test_an_old_record_is_never_an_error(document: Any) -> None:
    assert facts.decode(document) is None
    assert list(facts.facts([document], StorageClass)) == []


def test_a_value_without_a_type_is_text() -> None:
    assert facts.encode(range(3)) == "range(0, 3)"
    assert facts.encode({2, 1}) == [1, 2]
