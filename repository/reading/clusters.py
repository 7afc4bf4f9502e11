"""From the root of Flux on: what each cluster gets, Kustomization by Kustomization, as Flux would build it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from repository.reading import flux, roots, yamls
from repository.reading.flux import Cluster, FluxKustomization
from repository.reading.kubernetes import Scopes
from repository.reading.kustomize import (
    Kustomizations,
    Render,
    Rendered,
    Renderer,
    join,
    objects,
    place_of_error,
)
from repository.reading.substitution import DISABLED, Variables, holes
from repository.values import Document, Object, Place, Unread, get, maps, walk

ENCRYPTED = "ENC["
"""How SOPS marks a value that it has encrypted."""


@dataclass(slots=True)
class Building:
    """The clusters while they are built."""

    renderer: Renderer
    known: Kustomizations
    folders: frozenset[str]
    written: tuple[Object, ...]
    sources: Mapping[str, list[Document]]
    scopes: Scopes
    unread: list[Unread] = field(default_factory=list[Unread])
    renders: list[Render] = field(default_factory=list[Render])

    def ask_ahead(self) -> None:
        """Ask for what will be needed, so that it is rendered side by side.

        What a Kustomization yields is asked for when it is known as its parent hands it on; at once, if none patches.
        """
        kustomizations = [one for one in self.written if flux.is_kustomization(one)]
        if not any(one.get("spec", "patches") or one.get("spec", "commonMetadata") for one in kustomizations):
            for one in kustomizations:
                path = join("", str(one.get("spec", "path", default="")))
                if path in self.folders:
                    self.renderer.ask(path, get(one.body, "spec"))
        paths = {
            join("", str(one.get("spec", "path", default="")))
            for one in self.written
            if flux.is_kustomization(one)
        }
        for folder in self.known.tops():
            if folder not in paths:
                self.renderer.ask(folder)

    def children(self, one: Object) -> Iterator[Object]:
        """The Flux Kustomizations that a Kustomization yields, as far as it can be rendered."""
        path = join("", str(one.get("spec", "path", default="")))
        if path in self.folders:
            rendered = self.renderer.ask(path, get(one.body, "spec")).result()
            yield from filter(flux.is_kustomization, self.objects(rendered, str(one), None))

    def clusters(self, found: Iterable[FluxKustomization]) -> Iterator[Cluster]:
        """Each root with all that follows from it."""
        for root in found:
            yield self._cluster(root)

    def _cluster(self, root: FluxKustomization) -> Cluster:
        reached = {root.key: root}
        everything: list[Object] = []
        queue = [root]
        while queue:
            current = queue.pop(0)
            yielded = self._yielded(current, root, everything)
            everything += yielded
            for one in filter(flux.is_kustomization, yielded):
                key = (one.namespace or current.target_namespace or current.key[0], one.name)
                if key not in reached:
                    child = one if one.namespace else replace(one, namespace=key[0])
                    path = self._path(child, root)
                    reached[key] = flux.kustomization(child, path, rooted=True)
                    queue.append(reached[key])
                    if self._is_here(path):
                        # Now, so that it is rendered while others are looked at.
                        self.renderer.ask(path or "", get(one.body, "spec"))
        return Cluster(root.path or ".", root, tuple(reached.values()), tuple(everything))

    def _path(self, one: Object, root: FluxKustomization) -> str | None:
        """The folder of a Kustomization; None when it is not of this repository, or cannot be told."""
        given = one.get("spec", "path", default="")
        if "${" in str(given):
            self._unread(one.at("spec", "path"), f"its path {given} is known only to the cluster")
            return None
        path = join("", str(given).lstrip("/"))
        kind, name = one.get("spec", "sourceRef", "kind"), one.get("spec", "sourceRef", "name")
        if kind == "ExternalArtifact":
            return roots.of_artifact(self.written, str(name), path)
        if path in self.folders and not roots.is_foreign(self.written, one, root):
            return path
        if roots.is_foreign(self.written, one, root):
            self._unread(one.at("spec", "sourceRef"), f"its source {kind} {name} is another repository")
            return None
        return path

    def _is_here(self, path: str | None) -> bool:
        return path is not None and path in self.folders

    def _unread(self, place: Place, why: str) -> None:
        found = Unread(place, "rendered", why)
        if found not in self.unread:
            self.unread.append(found)

    def _yielded(
        self, one: FluxKustomization, root: FluxKustomization, before: list[Object]
    ) -> tuple[Object, ...]:
        if one.path is None or not self._is_here(one.path):
            return ()
        spec = get(one.object.body, "spec", default={})
        rendered = self.renderer.ask(one.path, spec).result()
        name = f"{one.object.namespace}/{one.object.name}"
        if rendered.error:
            self._unread(place_of_error(one.path, rendered.error, self.known), rendered.error)
            return ()
        variables = self._variables(one, before) if "postBuild" in spec else None
        found = self.objects(rendered, name, variables)
        self.renders.append(Render(one.path, name, found, cluster=root.path or "."))
        return found

    def objects(self, rendered: Rendered, renderer: str, variables: Variables | None) -> tuple[Object, ...]:
        """The objects of a render, with variables put in."""
        text = rendered.text
        if variables is not None and "${" in text:
            text = variables.put_into(text)
        try:
            parsed = [body for _, body in yamls.parse(text)]
        except yaml.YAMLError as error:
            self._unread(Place(renderer), f"what was rendered for {renderer} is not YAML: {error}")
            return ()
        found = tuple(map(self.scopes.without_wrong, objects(parsed, self.sources, renderer)))
        if variables is None or "${" not in text:
            return found
        return tuple(replace(each, holes=_holes(each)) for each in found)

    def _variables(self, one: FluxKustomization, before: Iterable[Object]) -> Variables:
        known: dict[str, str] = {}
        complete = True
        build = one.object.get("spec", "postBuild", default={})
        for source in maps(build.get("substituteFrom")):
            data = self._data(source, one.object.namespace, before)
            if data is None:
                complete &= source.get("optional") is True and source.get("kind") == "ConfigMap"
                continue
            plain = {key: text for key, text in data.items() if not text.startswith(ENCRYPTED)}
            complete &= len(plain) == len(data)
            known |= plain
        known |= {key: _text(value) for key, value in (get(build, "substitute", default={})).items()}
        return Variables(known, complete)

    def _data(
        self, source: Mapping[str, Any], namespace: str, before: Iterable[Object]
    ) -> dict[str, str] | None:
        """What a ConfigMap or Secret of the repository holds; None when it is not there."""
        for one in (*before, *self.written):
            if (one.kind, one.name) == (source.get("kind"), source.get("name")) and one.namespace in (
                namespace,
                "",
            ):
                data = {**one.get("data", default={}), **one.get("stringData", default={})}
                if one.kind == "Secret" and not one.get("stringData"):
                    return None
                return {key: _text(value) for key, value in data.items()}
        return None

    def standalone(self, covered: frozenset[str], *, tell: bool) -> None:
        """Render the folders that nobody of Flux has rendered; ``tell`` what cannot be."""
        for folder in self.known.tops():
            if folder in covered:
                continue
            rendered = self.renderer.ask(folder).result()
            if rendered.error and tell:
                self._unread(place_of_error(folder, rendered.error, self.known), rendered.error)
            if not rendered.error:
                name = folder or "."
                self.renders.append(Render(folder, name, self.objects(rendered, name, None), rooted=False))


def _holes(one: Object) -> frozenset[str]:
    if one.get("metadata", "annotations", DISABLED) == "disabled":
        return frozenset()
    found = (holes(value) for _, value in walk(one.body) if isinstance(value, str) and "${" in value)
    return frozenset(name for names in found for name in names)


def _text(value: Any) -> str:
    """A value as a ConfigMap would hold it."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
