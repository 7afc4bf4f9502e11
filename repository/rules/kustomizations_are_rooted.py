"""Every Kustomization is reached from the root."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from repository.reading.flux import FluxKustomization
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _graph
from repository.rules._words import NOT_APPLIED
from repository.values import Place


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """The Kustomizations of Flux that no cluster has."""
    for one in repo.kustomizations:
        if one.rooted or NOT_APPLIED.search(one.object.file):
            continue
        if folder := _of_another_cluster(repo, one):
            why = f"what points to {folder}, which lies beside the folder of a cluster"
            yield Unsure(Place(folder), f"cluster {folder}", why)
        else:
            yield Finding(
                one.object.at("metadata", "name"),
                str(one),
                "nothing that is applied includes this file",
                "its file among the resources of a Kustomization that is applied, or no such file",
            )


def _of_another_cluster(repo: Repository, one: FluxKustomization) -> str:
    """The folder of a cluster whose root is not in the repository; "" when it is of none."""
    known = [PurePosixPath(each.root.path) for each in repo.clusters if each.root.path]
    file = PurePosixPath(one.object.file)
    for root in known:
        beside = root.parent != PurePosixPath() and file.is_relative_to(root.parent)
        if beside and not file.is_relative_to(root):
            return str(PurePosixPath(*file.parts[: len(root.parts)]))
    return ""


RULE = Rule(
    slug="kustomizations-are-rooted",
    decision="Every Kustomization is reached from the root",
    rationale="A file that no root includes is never applied, and nothing says so.",
    incident="orphan-kustomization",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
