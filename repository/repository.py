"""A repository as it was read: everything that rules may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from repository.reading.files import Files
from repository.reading.flux import Cluster, FluxKustomization
from repository.reading.hcl import Block
from repository.reading.helm import Chart, HelmRelease
from repository.reading.kustomize import Render
from repository.reading.markdown import Text
from repository.reading.shell import Script
from repository.values import Document, Object, Unread

T = TypeVar("T")


@dataclass(frozen=True)
class Repository:
    """Everything that was read.

    ``documents`` are all YAML documents as written, but for definitions of kinds (they are schema, and long).
    ``objects`` are those of Kubernetes as they reach a cluster, of all clusters; ``written`` those as written, rendered
    or not. ``clusters`` are what Flux is rooted in: rules about one cluster go through them, because a repository may
    describe several. ``renders`` are all results of Kustomize, those of folders that Flux does not know included.
    """

    root: Path
    files: Files
    documents: tuple[Document, ...] = ()
    written: tuple[Object, ...] = ()
    renders: tuple[Render, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    objects: tuple[Object, ...] = ()
    kustomizations: tuple[FluxKustomization, ...] = ()
    releases: tuple[HelmRelease, ...] = ()
    charts: tuple[Chart, ...] = ()
    blocks: tuple[Block, ...] = ()
    scripts: tuple[Script, ...] = ()
    texts: tuple[Text, ...] = ()
    unread: tuple[Unread, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict[str, float], compare=False)

    _once: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` returns, made once for this repository: what several rules want to go through."""
        if name not in self._once:
            self._once[name] = make()
        return self._once[name]

    def kinds(self, *kinds: str) -> tuple[Object, ...]:
        """The objects of these kinds, as they reach a cluster."""
        return tuple(each for each in self.objects if each.kind in kinds)
