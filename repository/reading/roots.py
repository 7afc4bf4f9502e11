"""Where Flux begins: what bootstraps it says so, and if nothing does, it is told from what refers to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from repository.reading import flux
from repository.reading.flux import FluxKustomization
from repository.reading.hcl import Block
from repository.reading.kustomize import folder_of, join
from repository.values import Document, Expression, Map, Object, get, maps

SYNC = "gotk-sync.yaml"
"""The file that `flux bootstrap` writes."""
SYSTEM = "flux-system"

Children = Callable[[Object], Iterable[Object]]
"""The Flux Kustomizations that a Kustomization yields."""


def find(
    written: tuple[Object, ...],
    documents: Iterable[Document],
    blocks: Iterable[Block],
    folders: frozenset[str],
    children: Children,
) -> tuple[FluxKustomization, ...]:
    """The roots. One whose folder is not there is left out: rules about paths tell of it."""
    synced = {
        join("", str(one.get("spec", "path", default=""))): one
        for one in written
        if flux.is_kustomization(one) and PurePosixPath(one.file).name == SYNC
    }
    declared = {path: source for path, source in _declared(written, documents, blocks) if path in folders}
    if declared:
        # What is bootstrapped wins over a file that an earlier bootstrap has left.
        return tuple(_root(synced.get(path), path, source) for path, source in declared.items())
    if synced:
        return tuple(_root(one, path, one.source) for path, one in synced.items() if path in folders)
    return tuple(_guessed(written, folders, children))


def _declared(
    written: Iterable[Object], documents: Iterable[Document], blocks: Iterable[Block]
) -> Iterator[tuple[str, Document | None]]:
    """The folders that Terraform or the Flux operator begin with; the latter may be told by a chart's values."""
    for block in blocks:
        path = block.body.get("path")
        bootstraps = block.kind == "resource" and block.labels[:1] == ("flux_bootstrap_git",)
        if bootstraps and isinstance(path, str) and not isinstance(path, Expression):
            yield join("", path), Document(block.file, block.line, block.body)
    for one in written:
        at = (
            ("spec", "sync", "path")
            if one.kind == "FluxInstance"
            else ("spec", "values", "instance", "sync", "path")
        )
        path = one.get(*at) if one.kind in ("FluxInstance", "HelmRelease") else None
        if isinstance(path, str) and "${" not in path:
            yield join("", path), one.source
    for document in documents:
        path = get(document.body, "instance", "sync", "path")
        if isinstance(path, str) and "${" not in path:
            yield join("", path), document


def _root(synced: Object | None, path: str, source: Document | None) -> FluxKustomization:
    """The root as `flux bootstrap` wrote it, or as the operator will make it."""
    if synced is not None:
        return flux.kustomization(synced, path, rooted=True)
    body = Map(source.line if source else 1)
    made = {"apiVersion": f"{flux.GROUP}/v1", "kind": "Kustomization"}
    body.update(made | {"metadata": {"name": SYSTEM, "namespace": SYSTEM}, "spec": {"path": f"./{path}"}})
    body.lines = dict.fromkeys(body, body.line)
    own = Document(source.file, source.line, body) if source else None
    one = Object(str(body["apiVersion"]), "Kustomization", SYSTEM, SYSTEM, body, own, generated_in=path)
    return flux.kustomization(one, path, rooted=True)


def _guessed(
    written: tuple[Object, ...], folders: frozenset[str], children: Children
) -> Iterator[FluxKustomization]:
    """Without a word about the beginning: Kustomizations that yield themselves; else folders that none applies."""
    all_of_them = [one for one in written if flux.is_kustomization(one)]
    yields = {id(one): [(each.namespace, each.name) for each in children(one)] for one in all_of_them}
    own = [one for one in all_of_them if (one.namespace, one.name) in yields[id(one)]]
    if own:
        yield from (
            flux.kustomization(one, join("", str(one.get("spec", "path", default=""))), rooted=True)
            for one in own
        )
        return
    inner = {key for keys in yields.values() for key in keys}
    paths = {join("", str(one.get("spec", "path", default=""))) for one in all_of_them}
    for folder in sorted({folder_of(one.file) for one in all_of_them} & folders):
        first = next(one for one in all_of_them if folder_of(one.file) == folder)
        # One that lies in what another one applies, and is not yielded by it, was forgotten there.
        above = any(folder == path or folder.startswith(f"{path}/") or not path for path in paths)
        if not above and (first.namespace, first.name) not in inner:
            yield _root(None, folder, first.source)


def of_artifact(written: Iterable[Object], name: str, path: str) -> str | None:
    """The folder from which an ArtifactGenerator copies what stands at ``path`` in its artifact."""
    for generator in written:
        if generator.kind != "ArtifactGenerator":
            continue
        for artifact in maps(generator.get("spec", "artifacts")):
            if artifact.get("name") == name:
                for copy in maps(artifact.get("copy")):
                    if (found := _copied(copy, path)) is not None:
                        return found
    return None


def _copied(copy: Mapping[str, object], path: str) -> str | None:
    origin = str(copy.get("from", "")).partition("/")[2].removesuffix("/**")
    target = str(copy.get("to", "")).partition("/")[2].strip("/")
    if not target:
        return join(origin, path)
    if path == target or path.startswith(f"{target}/"):
        return join(origin, path.removeprefix(target).lstrip("/"))
    return None


def is_foreign(written: Iterable[Object], one: Object, root: FluxKustomization) -> bool:
    """Whether the source of a Kustomization is known to be another repository than the root's."""
    kind, name = one.get("spec", "sourceRef", "kind"), one.get("spec", "sourceRef", "name")
    if root.source is None or (kind, name) == (root.source.kind, root.source.name):
        return False if root.source is not None else name != SYSTEM and _url(written, kind, name) is not None
    theirs, ours = _url(written, kind, name), _url(written, root.source.kind, root.source.name)
    return theirs is not None and theirs != ours


def _url(written: Iterable[Object], kind: object, name: object) -> str | None:
    """Where a source is, in a form that can be compared; None when the repository does not say."""
    for one in written:
        if one.kind == kind and one.name == name and isinstance(url := one.get("spec", "url"), str):
            bare = url.partition("://")[2] or url
            return bare.rpartition("@")[2].replace(":", "/").removesuffix("/").removesuffix(".git").lower()
    return None
