"""Kustomize: folders rendered by the real program, each object traced back to the file it was written in."""

from __future__ import annotations

from dataclasses import dataclass, field

from repository.values import Object


@dataclass(frozen=True, slots=True)
class Render:
    """What one folder, or one Kustomization of Flux, yields.

    ``path`` is the folder; ``renderer`` is "namespace/name" of the Flux Kustomization, or the folder.
    """

    path: str
    renderer: str
    objects: tuple[Object, ...] = field(repr=False)
    rooted: bool = True
