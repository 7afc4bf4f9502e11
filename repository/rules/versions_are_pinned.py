"""Versions are pinned: charts, sources, images and Terraform's providers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from repository.reading.helm import HelmRelease
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _pods
from repository.rules._words import NOT_APPLIED, PLACEHOLDER
from repository.values import Object, get, walk

EXACT = re.compile(r"[v=]?\d+(\.\d+){1,3}([-+][0-9A-Za-z.+-]+)?")
FLOATING = {"dev", "develop", "edge", "latest", "main", "master", "nightly", "rolling", "stable", "unstable"}
"""Tags that their makers move."""


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """What a rebuild might find changed."""
    for release in repo.releases:
        yield from _chart(release)
        yield from _values(release)
    for one in repo.objects:
        if not NOT_APPLIED.search(one.file):
            yield from _source(repo, one)
            yield from _images(one)
    yield from _providers(repo)


def _chart(release: HelmRelease) -> Iterator[Finding]:
    one = release.object
    if release.source_kind == "HelmRepository" and not PLACEHOLDER.search(release.version):
        at = one.at("spec", "chart", "spec", *(("version",) if release.version else ("chart",)))
        if not EXACT.fullmatch(release.version):
            said = f"version {release.version}" if release.version else "no version"
            yield Finding(at, str(one), f"chart {release.chart} with {said}", "an exact version")


def _values(release: HelmRelease) -> Iterator[Finding]:
    """Images that a release's own values name by a tag that floats."""
    for path, tag in walk(release.object.get("spec", "values", default={})):
        if (
            path
            and path[-1] == "tag"
            and isinstance(tag, str)
            and tag.partition("@")[0] in FLOATING
            and "@" not in tag
        ):
            siblings: Any = release.object.get("spec", "values", *path[:-1], default={})
            if "repository" in siblings or "image" in str(path[-2:-1]).lower():
                image = siblings.get("repository", ".".join(map(str, path[:-1])))
                place = release.object.at("spec", "values", *path)
                yield Finding(
                    place, str(release), f"image {image} with the tag {tag}", "an exact tag or a digest"
                )


def _source(repo: Repository, one: Object) -> Iterator[Finding]:
    ref = one.get("spec", "ref", default={})
    if one.kind == "OCIRepository":
        if tag := str(ref.get("semver") or ""):
            yield Finding(one.at("spec", "ref"), str(one), f"the range {tag}", "an exact tag or a digest")
        elif not ref.get("digest") and str(ref.get("tag") or "latest") in FLOATING:
            found = f"the tag {ref.get('tag') or 'latest'}"
            yield Finding(one.at("spec", "ref"), str(one), found, "an exact tag or a digest")
    elif one.kind == "GitRepository" and not (
        ref.get("tag") or ref.get("commit") or ref.get("name") or _is_own(repo, one)
    ):
        floats = (
            f"the range {ref['semver']}"
            if ref.get("semver")
            else f"the branch {ref.get('branch') or 'master'}"
        )
        found = f"{floats} of {one.get('spec', 'url')}"
        yield Finding(one.at("spec", "ref"), str(one), found, "a tag or a commit")


def _is_own(repo: Repository, one: Object) -> bool:
    """Whether a source is this repository itself, which Flux follows by its branch."""
    roots = [each.root.source for each in repo.clusters if each.root.source]
    if any((each.kind, each.namespace, each.name) == (one.kind, one.namespace, one.name) for each in roots):
        return True
    names = [each.name for each in roots]
    sources = [each for each in repo.written if each.kind == one.kind and each.name in names]
    return any(_address(each) == _address(one) for each in sources)


def _address(source: Object) -> str:
    """Host and path of a Git address, however one logs in there."""
    url = str(source.get("spec", "url", default=source)).removesuffix(".git")
    return re.sub(r"^(\w+://)?([^@/]+@)?", "", url).replace(":", "/")


def _images(one: Object) -> Iterator[Finding]:
    for path, container in _pods.containers(one):
        image = str(get(container, "image", default=""))
        name, _, tag = image.rpartition("/")[2].partition(":")
        if image and "@" not in image and not PLACEHOLDER.search(image) and (not tag or tag in FLOATING):
            found = f"image {image}" if tag else f"image {image} without a tag"
            yield Finding(one.at(*path, "image"), str(one), found, f"{name} with an exact tag or a digest")


def _providers(repo: Repository) -> Iterator[Finding]:
    """Providers that a root module takes in whatever version, with no lock beside it."""
    locked = {str(PurePosixPath(each).parent) for each in repo.files.ending(".terraform.lock.hcl")}
    for block in repo.blocks:
        folder = str(PurePosixPath(block.file).parent)
        if block.kind != "terraform" or folder in locked or "modules" in PurePosixPath(folder).parts:
            continue
        for required in block.inner("required_providers"):
            for name, given in required.body.items():
                if isinstance(given, dict) and not get(given, "version"):
                    place = required.at(name)
                    found = "no version, and no lock file beside it"
                    yield Finding(
                        place, f"provider {name} of {folder}", found, "a version, or a lock file in git"
                    )


RULE = Rule(
    slug="versions-are-pinned",
    decision="Versions are pinned",
    rationale=(
        "A rebuild from nothing must build what was tried. What floats changed under a bootstrap more than once."
    ),
    incident="chart-or-image-gone",
    reads=("yaml", "rendered", "hcl"),
    check=check,
)
