"""One object has one owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _graph
from repository.values import Object

SHARED = {"IfNotPresent", "Ignore", "Merge"}
"""What ``kustomize.toolkit.fluxcd.io/ssa`` may say so that Flux does not overrule another owner."""


def check(repo: Repository) -> Iterator[Finding]:
    """The objects that more than one Kustomization of one cluster yields, once for each owner but the first."""
    for cluster in repo.clusters:
        owners: dict[tuple[str, str, str, str], list[Object]] = defaultdict(list)
        for one in cluster.objects:
            if not _is_shared(one) and "${" not in one.namespace + one.name:
                owners[one.key].append(one)
        for found in owners.values():
            first = found[0]
            for other in {
                each.renderer: each for each in found[1:] if each.renderer != first.renderer
            }.values():
                yield Finding(
                    other.at("metadata", "name"),
                    str(other),
                    f"Kustomization {other.renderer} owns it, and so does {first.renderer} ({first.at()})",
                    "one Kustomization that has it, on which the other depends",
                )


def _is_shared(one: Object) -> bool:
    return one.get("metadata", "annotations", "kustomize.toolkit.fluxcd.io/ssa") in SHARED


RULE = Rule(
    slug="one-owner",
    decision="One object has one owner",
    rationale="Two Kustomizations with the same HelmRelease upgraded it against each other, 625 times in two days.",
    incident="duplicate-owner-war",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
