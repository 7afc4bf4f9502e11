"""Claims for volumes, wherever they are written: claims, templates of sets, and the values of charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repository.repository import Repository
from repository.rules._words import rows, table
from repository.values import Object, Place, get, maps, walk


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim. ``class_name`` is None when none is named (the default), "" when none is wanted."""

    owner: str
    namespace: str
    name: str
    modes: tuple[str, ...]
    class_name: str | None
    volume: str
    place: Place
    modes_place: Place
    class_place: Place


def claims(repo: Repository) -> Iterator[Claim]:
    """All claims of what reaches a cluster; of what is written where no cluster is known."""
    seen: set[tuple[str, Place]] = set()
    for one in repo.objects if repo.clusters else repo.written:
        for claim in _of_object(one):
            if (claim.owner, claim.place) not in seen:
                seen.add((claim.owner, claim.place))
                yield claim
    for release in repo.releases:
        yield from _of_values(release.object, str(release), release.namespace)


def _of_object(one: Object) -> Iterator[Claim]:
    if one.kind == "PersistentVolumeClaim":
        yield _claim(one, (), str(one), one.name)
    if one.kind == "StatefulSet":
        for number, each in enumerate(maps(one.get("spec", "volumeClaimTemplates", default=[]))):
            name = str(get(each, "metadata", "name", default=number))
            yield _claim(one, ("spec", "volumeClaimTemplates", number), str(one), name)


def _claim(one: Object, at: tuple[str | int, ...], owner: str, name: str) -> Claim:
    spec = (*at, "spec")
    return Claim(
        owner,
        one.namespace,
        name,
        tuple(map(str, one.get(*spec, "accessModes", default=[]))),
        _class(one.get(*spec, default={}), "storageClassName"),
        str(one.get(*spec, "volumeName", default="")),
        one.at(*at, "metadata", "name"),
        one.at(*spec, "accessModes"),
        one.at(*spec, "storageClassName"),
    )


def _class(spec: Any, key: str) -> str | None:
    given = get(spec, key)
    return None if given is None else str(given)


def _of_values(one: Object, owner: str, namespace: str) -> Iterator[Claim]:
    """The places in a release's values that ask for a volume."""
    for path, each in walk(one.get("spec", "values", default={})):
        value = table(each)
        if value.get("enabled") is False:
            continue
        modes = rows(value.get("accessModes")) or [value[key] for key in ("accessMode",) if value.get(key)]
        key = next(
            (each for each in ("storageClass", "storageClassName") if isinstance(value.get(each), str)), ""
        )
        if modes or key:
            at = ("spec", "values", *path)
            yield Claim(
                owner,
                namespace,
                ".".join(map(str, path)),
                tuple(map(str, modes)),
                value.get(key) if key else None,
                "",
                one.at(*at),
                one.at(*at, "accessModes" if "accessModes" in value else "accessMode"),
                one.at(*at, key) if key else one.at(*at),
            )
