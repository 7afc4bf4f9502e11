"""A folder → a ``Repository``: every reader, once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from repository.reading import charts, files, flux, hcl, kustomize, markdown, roots, shell, yamls
from repository.reading.clusters import Building
from repository.reading.files import Files
from repository.reading.flux import Cluster, FluxKustomization
from repository.reading.kubernetes import scopes, written
from repository.reading.kustomize import Render, Renderer, folder_of, join
from repository.repository import Repository
from repository.values import Document, Object, Place, Unread

_TEMPLATES = re.compile(r"\.ya?ml\.(?:j2|jinja2?|tmpl|tpl|tftpl|gotmpl|erb)$")
_MATTERS = re.compile(r"^\s*(?:apiVersion|machine):", re.MULTILINE)
"""What a template of a manifest, or of Talos' configuration, has somewhere."""
_OF_KUSTOMIZE = "kustomize.config.k8s.io"


def read(root: Path) -> Repository:
    """Read a repository: seconds. Raises ``NotADirectoryError``."""
    began = time.perf_counter()
    found = files.discover(root)
    unread: list[Unread] = []
    documents = tuple(_documents(found, unread))
    unread += _templates(found)
    parsed = time.perf_counter()
    objects = tuple(each for each in written(documents) if each.group != _OF_KUSTOMIZE)
    known_scopes = scopes(objects)
    objects = tuple(map(known_scopes.without_wrong, objects))
    known = kustomize.find(documents)
    folders = frozenset(_folders(found))
    with Renderer(found, known) as renderer:
        building = Building(
            renderer, known, folders, objects, _sources(objects), known_scopes, list(known.unread)
        )
        building.ask_ahead()
        # While folders are rendered by other processes, this one reads what else there is.
        terraform = hcl.read(found)
        scripts = shell.read(found, terraform.blocks)
        texts = markdown.read(found)
        clusters = tuple(
            building.clusters(roots.find(objects, documents, terraform.blocks, folders, building.children))
        )
        covered = frozenset(_covered(building, clusters))
        building.standalone(covered, tell=not clusters)
    unread += (*building.unread, *terraform.unread, *scripts.unread)
    rendered = time.perf_counter()
    deployed = _deployed(clusters, building.renders, objects)
    own = charts.charts(documents)
    repository = Repository(
        root=root,
        files=found,
        documents=tuple(each for each in documents if not _is_definition(each)),
        written=objects,
        renders=tuple(building.renders),
        clusters=clusters,
        objects=deployed,
        kustomizations=tuple(_kustomizations(clusters, objects)),
        releases=tuple(charts.releases(deployed, own)),
        charts=own,
        blocks=terraform.blocks,
        scripts=scripts.scripts,
        texts=texts,
        unread=tuple(sorted(set(unread))),
    )
    repository.seconds.update(
        parse=parsed - began, render=rendered - parsed, read=time.perf_counter() - began
    )
    return repository


def _documents(found: Files, unread: list[Unread]) -> Iterator[Document]:
    inside = charts.folders(found.names)
    wanted = (
        *found.ending(".yaml", ".yml"),
        *(name for name in found.names if name.endswith("Kustomization")),
    )
    for name in wanted:
        if charts.is_template(name, inside):
            continue
        try:
            text = found.text(name)
        except (OSError, UnicodeDecodeError) as error:
            unread.append(Unread(Place(name), "yaml", f"it is not text: {error}"))
            continue
        documents, wrong = yamls.documents(name, text)
        unread += wrong
        yield from documents


def _is_definition(document: Document) -> bool:
    return isinstance(document.body, dict) and document.body.get("kind") == "CustomResourceDefinition"


def _templates(found: Files) -> Iterator[Unread]:
    """Templates of manifests in languages other than Helm's: what they become is not known."""
    for name in found.names:
        if not _TEMPLATES.search(name.lower()):
            continue
        try:
            matters = _MATTERS.search(found.text(name))
        except (OSError, UnicodeDecodeError):
            continue
        if matters:
            why = f"it is a template ({PurePosixPath(name).suffix}): what it becomes is not in the repository"
            yield Unread(Place(name), "yaml", why)


def _folders(found: Files) -> Iterator[str]:
    yield ""
    seen: set[str] = set()
    for name in found.names:
        folder = folder_of(name)
        while folder and folder not in seen:
            seen.add(folder)
            yield folder
            folder = folder_of(folder)


def _sources(objects: Iterable[Object]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for one in objects:
        if one.source is not None:
            found.setdefault(one.source.file, []).append(one.source)
    return found


def _covered(building: Building, clusters: Iterable[Cluster]) -> Iterator[str]:
    """The folders that Flux renders, whole or as a part of one without a kustomization."""
    for cluster in clusters:
        for one in cluster.kustomizations:
            if one.path is None:
                continue
            yield one.path
            if one.path not in building.known.documents:
                yield from building.renderer.made_up(one.path)
            for component in one.object.get("spec", "components", default=[]):
                yield join(one.path, str(component))


def _deployed(
    clusters: Iterable[Cluster], renders: Iterable[Render], objects: Iterable[Object]
) -> tuple[Object, ...]:
    """What reaches a cluster: through Flux; without it, what folders render and what stands as it is."""
    of_flux = tuple(one for cluster in clusters for one in cluster.objects)
    if of_flux:
        return of_flux
    rendered = tuple(one for render in renders for one in render.objects)
    files_rendered = {one.file for one in rendered}
    return (*rendered, *(one for one in objects if one.file not in files_rendered))


def _kustomizations(clusters: Iterable[Cluster], objects: Iterable[Object]) -> Iterator[FluxKustomization]:
    """Those that a cluster has, and those that only lie there."""
    rooted: set[tuple[str, int]] = set()
    for cluster in clusters:
        for one in cluster.kustomizations:
            if one.object.source is not None:
                rooted.add((one.object.source.file, one.object.source.line))
            yield one
    for one in filter(flux.is_kustomization, objects):
        if one.source is not None and (one.source.file, one.source.line) not in rooted:
            path = join("", str(one.get("spec", "path", default="")))
            yield replace(flux.kustomization(one, path, rooted=False), rooted=False)
