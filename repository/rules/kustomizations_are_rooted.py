"""Every Kustomization is reached from the root."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _graph
from repository.rules._words import NOT_APPLIED


def check(repo: Repository) -> Iterator[Finding]:
    """The Kustomizations of Flux that no cluster has."""
    for one in repo.kustomizations:
        if not one.rooted and not NOT_APPLIED.search(one.object.file):
            yield Finding(
                one.object.at("metadata", "name"),
                str(one),
                "nothing that is applied includes this file",
                "its file among the resources of a Kustomization that is applied, or no such file",
            )


RULE = Rule(
    slug="kustomizations-are-rooted",
    decision="Every Kustomization is reached from the root",
    rationale="A file that no root includes is never applied, and nothing says so.",
    incident="orphan-kustomization",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
