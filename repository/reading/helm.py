"""Helm: charts in the repository, and HelmReleases. Charts from elsewhere are never fetched."""

from __future__ import annotations

from dataclasses import dataclass, field

from repository.values import Document, Map, Object


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart whose folder is in the repository. ``folder`` is "" at the root."""

    folder: str
    name: str
    version: str
    document: Document
    values: Document | None = None


@dataclass(frozen=True, slots=True)
class HelmRelease:
    """A HelmRelease of Flux as it reaches a cluster.

    ``chart`` is the chart's name, or its folder when it comes from a Git source; ``version`` is "" when none is
    asked for. ``values`` are those of its ConfigMaps in the repository, under those of its own; ``local`` is the
    chart if it lies in this repository. ``release_name`` and ``namespace`` are where its objects will be.
    """

    object: Object
    chart: str
    version: str
    source_kind: str
    source_name: str
    source_namespace: str
    release_name: str
    namespace: str
    timeout: float | None
    values: Map = field(compare=False, repr=False)
    local: Chart | None = None

    def __str__(self) -> str:
        return str(self.object)
