"""External secrets: where each value of them comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repository.repository import Repository
from repository.values import Object, Place, get, maps

GROUP = "external-secrets.io"
KINDS = {"ClusterExternalSecret", "ExternalSecret", "PushSecret"}


@dataclass(frozen=True, slots=True)
class Use:
    """A reference from an external secret to a store or a generator."""

    one: Object
    kind: str
    name: str
    place: Place


def external(repo: Repository) -> Iterator[Object]:
    """The external secrets that reach a cluster; as written where no cluster is known. Each once."""
    found = repo.objects if repo.clusters else repo.written
    seen: set[tuple[object, ...]] = set()
    for one in found:
        key = one.key, one.renderer, one.at()
        if one.kind in KINDS and one.group == GROUP and key not in seen:
            seen.add(key)
            yield one


def spec_path(one: Object) -> tuple[str, ...]:
    """Where the specification of the secret stands in it."""
    return ("spec", "externalSecretSpec") if one.kind == "ClusterExternalSecret" else ("spec",)


def stores(one: Object) -> Iterator[Use]:
    """Every store that an external secret refers to."""
    spec = spec_path(one)
    yield from _store(one, (*spec, "secretStoreRef"))
    for number, _ in enumerate(maps(one.get("spec", "secretStoreRefs", default=[]))):
        yield from _store(one, ("spec", "secretStoreRefs", number))
    for key in ("data", "dataFrom"):
        for number, _ in enumerate(maps(one.get(*spec, key, default=[]))):
            yield from _store(one, (*spec, key, number, "sourceRef", "storeRef"))


def _store(one: Object, path: tuple[str | int, ...]) -> Iterator[Use]:
    reference: dict[str, Any] = one.get(*path, default={})
    if name := reference.get("name"):
        yield Use(one, str(reference.get("kind") or "SecretStore"), str(name), one.at(*path))


def generators(one: Object) -> Iterator[Use]:
    """Every generator that an external secret takes values from."""
    spec = spec_path(one)
    for number, each in enumerate(maps(one.get(*spec, "dataFrom", default=[]))):
        path = (*spec, "dataFrom", number, "sourceRef", "generatorRef")
        if reference := get(each, "sourceRef", "generatorRef"):
            yield Use(one, str(get(reference, "kind")), str(get(reference, "name")), one.at(*path))


def remote(one: Object) -> Iterator[tuple[str, str, Place]]:
    """What an external secret fetches: the secret's own key ("" for all), the path in the store, and the place."""
    spec = spec_path(one)
    for number, each in enumerate(maps(one.get(*spec, "data", default=[]))):
        key = str(get(each, "remoteRef", "key", default=""))
        yield str(get(each, "secretKey", default="")), key, one.at(*spec, "data", number)
    for number, each in enumerate(maps(one.get(*spec, "dataFrom", default=[]))):
        if key := get(each, "extract", "key"):
            yield "", str(key), one.at(*spec, "dataFrom", number)


def none_external(repo: Repository) -> str:
    """Why a rule about external secrets does not apply; an empty string when it does."""
    return "" if next(external(repo), None) else "there are no ExternalSecrets here"
