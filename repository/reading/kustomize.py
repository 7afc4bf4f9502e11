"""Kustomize: folders rendered by the real program (``kubectl kustomize``), nothing fetched.

The repository is staged in a temporary folder of links, in which bases and charts from elsewhere are taken out of
the kustomizations (each is told as unread). Every render goes through a small kustomization of ours around the
folder: it asks Kustomize to say where each object comes from, and carries what Flux adds to the folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

import yaml

from repository.reading.files import Files
from repository.values import Document, Map, Object, Place, Seq, Unread, get, maps

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
ORIGIN = "config.kubernetes.io/origin"
COPY = "repository"
"""The folder of the staged copy; what we put around a folder of it lies beside."""
PATIENCE = 120.0
"""Seconds for one render; ``PATIENCE`` over means that it hangs."""
_LISTS = ("resources", "bases", "components")
_GENERATORS = ("configMapGenerator", "secretGenerator")
_REMOTE = re.compile(r"^(?:[a-z+]+://|git@|[\w.-]+\.[a-z]{2,}(?:/|:)[\w.-]+/)|[?&]ref=|^git::", re.IGNORECASE)
_IGNORED = frozenset({".flux.yaml", ".goreleaser.yml", ".sops.yaml"})
"""What Flux leaves out when it makes up a kustomization."""
# Should anything still be asked for from elsewhere, it ends here at once.
_NOWHERE = {
    "ALL_PROXY": "http://127.0.0.1:9",
    "GIT_ALLOW_PROTOCOL": "none",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
}


@dataclass(frozen=True, slots=True)
class Render:
    """What one folder, or one Kustomization of Flux, yields.

    ``path`` is the folder; ``renderer`` is "namespace/name" of the Flux Kustomization, or the folder. ``rooted``
    tells whether a cluster gets it; ``cluster`` is its name then.
    """

    path: str
    renderer: str
    objects: tuple[Object, ...] = field(repr=False)
    rooted: bool = True
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text that the program printed, or why it did not (``error``, of one line)."""

    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Kustomizations:
    """The kustomization files by folder, and which folders refer to which.

    ``refers`` are folders in the repository; ``remote`` and ``charts`` are what lies elsewhere.
    """

    documents: Mapping[str, Document]
    refers: Mapping[str, frozenset[str]]
    unread: tuple[Unread, ...]

    def tops(self) -> tuple[str, ...]:
        """Folders that no other one refers to, and that can stand for themselves."""
        inner = {target for targets in self.refers.values() for target in targets}
        return tuple(
            folder
            for folder, document in self.documents.items()
            if folder not in inner and document.body.get("kind") != "Component"
        )


def find(documents: Iterable[Document]) -> Kustomizations:
    """The kustomizations among the documents."""
    found = {
        folder_of(each.file): each
        for each in documents
        if PurePosixPath(each.file).name in NAMES and isinstance(each.body, Map)
    }
    refers: dict[str, frozenset[str]] = {}
    unread: list[Unread] = []
    for folder, document in found.items():
        inside: set[str] = set()
        for key in _LISTS:
            for at, entry in enumerate(get(document.body, key, default=[])):
                if not isinstance(entry, str):
                    continue
                if is_remote(entry):
                    why = f"{entry} lies elsewhere, and nothing is fetched"
                    unread.append(Unread(document.at(key, at), "rendered", why))
                elif (target := join(folder, entry)) in found:
                    inside.add(target)
        refers[folder] = frozenset(inside)
        unread += (*_charts(document), *_fetched_files(document))
    return Kustomizations(found, refers, tuple(unread))


def _fetched_files(document: Document) -> Iterator[Unread]:
    for key in _GENERATORS:
        for at, generator in enumerate(maps(get(document.body, key, default=[]))):
            for number, entry in enumerate(get(generator, "files", default=[])):
                if _is_fetched(entry):
                    why = f"{str(entry).rpartition('=')[2]} lies elsewhere, and nothing is fetched"
                    yield Unread(document.at(key, at, "files", number), "rendered", why)


def _is_fetched(entry: object) -> bool:
    return isinstance(entry, str) and "://" in entry


def _charts(document: Document) -> Iterator[Unread]:
    for at, chart in enumerate(maps(get(document.body, "helmCharts", default=[]))):
        why = f"the Helm chart {chart.get('name')} is rendered by Kustomize from elsewhere, and nothing is fetched"
        yield Unread(document.at("helmCharts", at), "rendered", why)


def is_remote(entry: str) -> bool:
    """Whether an entry of a kustomization lies outside of the repository."""
    return bool(_REMOTE.search(entry))


def folder_of(file: str) -> str:
    """The folder of a file; "" for the root."""
    folder = PurePosixPath(file).parent.as_posix()
    return "" if folder == "." else folder


def join(folder: str, entry: str) -> str:
    """The path that ``entry`` means, seen from the folder; "" is the root. A path that leaves it begins with ".."."""
    path = os.path.normpath(os.path.join(folder, entry))  # noqa: PTH118 - of names, nothing on disk
    return "" if path == "." else path


class Renderer:
    """Renders folders of a repository, several at a time, each question once.

    A context: the staged copy is gone with it.
    """

    def __init__(self, files: Files, known: Kustomizations) -> None:
        self._files = files
        self._known = known
        self._folder = tempfile.TemporaryDirectory(prefix="clusterspec-staged-")
        self._root = Path(self._folder.name).resolve() / COPY
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 2)
        self._asked: dict[str, Future[Rendered]] = {}

    def __enter__(self) -> Self:
        """Stage the repository."""
        made: set[Path] = {self._root}
        self._root.mkdir()
        for name in self._files.names:
            place = self._root / name
            if place.parent not in made:
                place.parent.mkdir(parents=True, exist_ok=True)
                made.add(place.parent)
            place.symlink_to(self._files.root.absolute() / name)
        for name in self._files.links:
            (self._root / name).parent.mkdir(parents=True, exist_ok=True)
            (self._root / name).symlink_to((self._files.root / name).readlink())
        for folder, document in self._known.documents.items():
            if (kept := _without_elsewhere(document.body)) is not None:
                place = self._root / folder / PurePosixPath(document.file).name
                place.unlink()
                place.write_text(yaml.safe_dump(kept), encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the copy."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.cleanup()

    def ask(self, folder: str, spec: Mapping[str, Any] | None = None) -> Future[Rendered]:
        """Render a folder as a Flux Kustomization with this ``spec`` does; without one, as it is."""
        around = self._around(folder, spec or {})
        question = yaml.safe_dump(around)
        if question not in self._asked:
            # Beside the copy, not in it: a kustomization at the root would contain the one that asks for it.
            place = self._root.parent / f"around-{len(self._asked)}"
            place.mkdir()
            (place / NAMES[0]).write_text(question, encoding="utf-8")
            self._asked[question] = self._pool.submit(self._run, place)
        return self._asked[question]

    def _around(self, folder: str, spec: Mapping[str, Any]) -> dict[str, Any]:
        """The kustomization that we put around a folder."""
        up = f"../{COPY}/{folder}" if folder else f"../{COPY}"
        around: dict[str, Any] = {"buildMetadata": ["originAnnotations"]}
        if folder in self._known.documents:
            around["resources"] = [up]
        else:
            around["resources"] = [f"../{COPY}/{each}" for each in self.made_up(folder)]
        for ours, flux in (
            ("namespace", "targetNamespace"),
            ("namePrefix", "namePrefix"),
            ("nameSuffix", "nameSuffix"),
        ):
            if isinstance(spec.get(flux), str) and spec[flux]:
                around[ours] = spec[flux]
        for key in ("images", "patches"):
            if isinstance(spec.get(key), list) and spec[key]:
                around[key] = plain(spec[key])
        if isinstance(spec.get("components"), list) and spec["components"]:
            around["components"] = [f"{up}/{each}" for each in spec["components"]]
        metadata = spec.get("commonMetadata")
        if isinstance(metadata, dict):
            if labels := get(metadata, "labels"):
                around["labels"] = [{"pairs": plain(labels)}]
            if annotations := get(metadata, "annotations"):
                around["commonAnnotations"] = plain(annotations)
        return around

    def made_up(self, folder: str) -> Iterator[str]:
        """What Flux lists for a folder without a kustomization: its manifests, and whole folders that have one."""
        within = f"{folder}/" if folder else ""
        whole: set[str] = set()
        for name in self._files.ending(".yaml", ".yml"):
            if not name.startswith(within) or PurePosixPath(name).name in _IGNORED:
                continue
            above = [folder_of(name)]
            while above[-1] not in ("", folder):
                above.append(folder_of(above[-1]))
            inner = [each for each in above if each != folder and each in self._known.documents]
            if not inner:
                yield name
            elif inner[-1] not in whole:
                whole.add(inner[-1])
                yield inner[-1]

    def _run(self, place: Path) -> Rendered:
        command = ["kubectl", "kustomize", "--load-restrictor=LoadRestrictionsNone", str(place)]
        environment = {**os.environ, **_NOWHERE, **{key.lower(): value for key, value in _NOWHERE.items()}}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except FileNotFoundError:
            return Rendered(error="kubectl is not there to render it")
        except subprocess.TimeoutExpired:
            return Rendered(error=f"it was not rendered within {PATIENCE:.0f} seconds")
        if done.returncode == 0:
            return Rendered(done.stdout)
        return Rendered(error=self._said(done.stderr, place))

    def _said(self, told: str, place: Path) -> str:
        """The program's message in terms of the repository: its own paths, and the cause instead of the chain."""
        lines = [line for line in told.splitlines() if line.strip() and not line.startswith("#")]
        told = " ".join(lines).removeprefix("error: ")
        told = (
            told.replace(f"{self._root}/", "").replace(str(self._root), ".").replace(str(place), "the render")
        )
        told = told.replace(f"../{COPY}/", "").replace(f"../{COPY}", ".")
        # "accumulating resources: accumulation err='… must build at directory …'" and so on: the last cause tells.
        causes = re.split(
            r"accumulating resources from '[^']*': |accumulating resources: |accumulation err='", told
        )
        last = next((each.strip(" ':") for each in reversed(causes) if each.strip(" ':")), told)
        last = re.sub(r"^(?:read|couldn't make target for path) .*?is a directory': ", "", last)
        return last.replace("../", "") or "kubectl kustomize failed without a word"


def plain(value: Any) -> Any:
    """The same as plain dictionaries and lists, which every writer of YAML takes."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list):
        return [plain(inner) for inner in value]  # pyright: ignore[reportUnknownVariableType]
    return str(value) if isinstance(value, str) else value


def _without_elsewhere(body: Map) -> dict[str, Any] | None:
    """The kustomization without what lies elsewhere; None when nothing does."""
    kept: dict[str, Any] = plain(body)
    changed = False
    for key in _LISTS:
        if isinstance(kept.get(key), list):
            inside = [each for each in kept[key] if not (isinstance(each, str) and is_remote(each))]
            changed |= len(inside) != len(kept[key])
            kept[key] = inside
    for generator in (each for key in _GENERATORS for each in maps(kept.get(key))):
        if isinstance(generator.get("files"), list):
            inside = [each for each in generator["files"] if not _is_fetched(each)]
            changed |= len(inside) != len(generator["files"])
            generator["files"] = inside
    for key in ("helmCharts", "helmChartInflationGenerator", "helmGlobals"):
        changed |= kept.pop(key, None) is not None
    return kept if changed else None


def objects(parsed: Iterable[Any], sources: Mapping[str, list[Document]], renderer: str) -> Iterator[Object]:
    """The objects of a render, each with the document that it was written in."""
    for body in parsed:
        if not isinstance(body, Map) or not isinstance(body.get("kind"), str):
            continue
        origin = _origin(body)
        file, made_in = _inside(origin.get("path", "")), _inside(origin.get("configuredIn", ""))
        source = _source(body, file, sources) if file else None
        yield Object(
            api_version=str(body.get("apiVersion", "")),
            kind=body["kind"],
            namespace=str(get(body, "metadata", "namespace", default="")),
            name=str(get(body, "metadata", "name", default="")),
            body=body,
            source=source,
            generated_in=made_in or (file if source is None else ""),
            renderer=renderer,
        )


def _inside(path: str) -> str:
    """A path that Kustomize tells, as one of the repository."""
    return join("", path.removeprefix(f"../{COPY}/")) if path else ""


def _origin(body: Map) -> dict[str, str]:
    """Where Kustomize says an object comes from; the annotation is taken away, since it is ours."""
    annotations = get(body, "metadata", "annotations")
    if not isinstance(annotations, Map) or ORIGIN not in annotations:
        return {}
    told = str(annotations.pop(ORIGIN))
    if not annotations:
        del body["metadata"]["annotations"]
    return {
        key.strip(): value.strip().strip("'\"")
        for key, colon, value in (line.partition(":") for line in told.splitlines())
        if colon and not key.startswith(" ")
    }


def _source(body: Map, file: str, sources: Mapping[str, list[Document]]) -> Document | None:
    """The document of the file that became this object: of its kind and name, or of its kind and nearly its name."""
    same = [each for each in sources.get(file, ()) if each.body.get("kind") == body["kind"]]
    name = str(get(body, "metadata", "name", default=""))
    for fits in (
        lambda own: own == name,
        lambda own: own and (name.startswith(own) or name.endswith(own)),
        lambda own: bool(own) and own in name,
        lambda _: True,
    ):
        for each in same:
            if fits(str(get(each.body, "metadata", "name", default=""))):
                return each
    return None


def place_of_error(folder: str, error: str, known: Kustomizations) -> Place:
    """The line that a message is about: the entry that it names, or the kustomization's first."""
    for file in re.findall(r"[\w./-]+\.ya?ml", error):
        inner = known.documents.get(folder_of(file))
        if inner is not None and inner.file == file:
            return Place(file)
    document = known.documents.get(folder)
    if document is None:
        return Place(folder or ".")
    for key in (*_LISTS, "patches", "configMapGenerator", "secretGenerator"):
        listed = document.body.get(key)
        for at, entry in enumerate(listed if isinstance(listed, Seq) else ()):
            name = (
                entry
                if isinstance(entry, str)
                else str(get(entry, "path", default=get(entry, "name", default="")))
            )
            if name and PurePosixPath(name).name in error:
                return document.at(key, at)
    return document.at()
