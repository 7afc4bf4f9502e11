"""Flux: its Kustomizations, and which of them a cluster really has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from repository.values import Object, Place, get, maps

GROUP = "kustomize.toolkit.fluxcd.io"
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNIT = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that stands for another object, and where it is written."""

    kind: str
    namespace: str
    name: str
    place: Place
    api_version: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class FluxKustomization:
    """A Kustomization of Flux.

    ``path`` is its folder in the repository, "" for the root, ``None`` when its source is another repository or the
    path is not known. ``timeout`` and ``interval`` are seconds; ``None`` when not given (Flux then waits for
    ``interval``). ``rooted`` tells whether a cluster really has it.
    """

    object: Object
    path: str | None
    source: Reference | None
    depends_on: tuple[Reference, ...] = ()
    health_checks: tuple[Reference, ...] = ()
    timeout: float | None = None
    interval: float | None = None
    wait: bool = False
    target_namespace: str = ""
    rooted: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name."""
        return self.object.namespace, self.object.name

    def __str__(self) -> str:
        return f"Kustomization {self.object.namespace}/{self.object.name}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """What one cluster gets from this repository through Flux, from its root on.

    ``name`` is the folder that the root points to. ``objects`` are all that the rooted Kustomizations yield; each
    says by ``renderer`` ("namespace/name") which one yields it.
    """

    name: str
    root: FluxKustomization
    kustomizations: tuple[FluxKustomization, ...] = ()
    objects: tuple[Object, ...] = field(default=(), repr=False)

    def kinds(self, *kinds: str) -> tuple[Object, ...]:
        """The objects of these kinds."""
        return tuple(each for each in self.objects if each.kind in kinds)


def is_kustomization(one: Object) -> bool:
    """Whether it is a Kustomization of Flux (and not a kustomization.yaml)."""
    return one.kind == "Kustomization" and one.group == GROUP


def seconds(duration: Any) -> float | None:
    """A duration of Go ("1h30m") in seconds; None for anything else."""
    if not isinstance(duration, str) or not re.fullmatch(f"(?:{_PART.pattern})+", duration):
        return None
    return sum(float(number) * _UNIT[unit] for number, unit in _PART.findall(duration))


def kustomization(one: Object, path: str | None, *, rooted: bool) -> FluxKustomization:
    """The typed form of an object."""
    source = one.get("spec", "sourceRef", default={})
    return FluxKustomization(
        object=one,
        path=path,
        source=_reference(one, source, "spec", "sourceRef") if source else None,
        depends_on=_references(one, "dependsOn", "Kustomization"),
        health_checks=_references(one, "healthChecks", ""),
        timeout=seconds(one.get("spec", "timeout")),
        interval=seconds(one.get("spec", "interval")),
        wait=one.get("spec", "wait") is True,
        target_namespace=str(one.get("spec", "targetNamespace", default="")),
        rooted=rooted,
    )


def _references(one: Object, key: str, kind: str) -> tuple[Reference, ...]:
    listed = one.get("spec", key, default=[])
    return tuple(_reference(one, each, "spec", key, at, kind=kind) for at, each in enumerate(maps(listed)))


def _reference(one: Object, given: dict[str, Any], *path: str | int, kind: str = "") -> Reference:
    return Reference(
        kind=str(given.get("kind") or kind),
        namespace=str(given.get("namespace") or one.namespace),
        name=str(given.get("name", "")),
        place=one.at(*path),
        api_version=str(get(given, "apiVersion", default="")),
    )
