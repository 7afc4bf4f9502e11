"""A Kustomization is more patient than what it waits for."""

from __future__ import annotations

from collections.abc import Iterator

from repository.reading.flux import Cluster, FluxKustomization, seconds
from repository.reading.helm import HelmRelease
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _graph

HELM = 300.0
"""Seconds that a HelmRelease is given when it does not say."""


def check(repo: Repository) -> Iterator[Finding]:
    """The Kustomizations that give up before a release, or a Kustomization, that they wait for."""
    for cluster in repo.clusters:
        releases = {(str(each.object.key), each.object.renderer): each for each in repo.releases}
        for one in cluster.kustomizations:
            own = _patience(one)
            for what, patience in _awaited(cluster, one, releases):
                if own is not None and patience is not None and own <= patience:
                    yield Finding(
                        one.object.at("spec", "timeout"),
                        str(one),
                        f"it gives up after {own:g} s, and waits for {what}, which may take {patience:g} s",
                        f"a timeout of more than {patience:g} s",
                    )


def _awaited(
    cluster: Cluster, one: FluxKustomization, releases: dict[tuple[str, str], HelmRelease]
) -> Iterator[tuple[str, float | None]]:
    """What a Kustomization waits for, with the seconds that each is given."""
    checks = () if one.wait else one.health_checks
    checked = {(each.kind, each.namespace, each.name) for each in checks}
    renderer = "/".join(one.key)
    for each in cluster.kinds("HelmRelease"):
        if each.renderer == renderer and (one.wait or (each.kind, each.namespace, each.name) in checked):
            release = releases.get((str(each.key), each.renderer))
            yield str(each), _of_release(release) if release else HELM
    for other in cluster.kustomizations:
        awaited = one.wait or ("Kustomization", *other.key) in checked
        if awaited and other.object.renderer == renderer and other.key != one.key:
            yield str(other), _patience(other)


def _patience(one: FluxKustomization) -> float | None:
    """Seconds; Flux takes the interval when there is no timeout. None when it is not literal."""
    if one.object.get("spec", "timeout") is not None:
        return one.timeout
    return one.interval


def _of_release(release: HelmRelease) -> float | None:
    """The longest that one action of a release may take; None when it is not literal."""
    given = [release.object.get("spec", *path) for path in (("install", "timeout"), ("upgrade", "timeout"))]
    own = release.object.get("spec", "timeout")
    default = HELM if own is None else seconds(own)
    parts = [default if each is None else seconds(each) for each in given]
    known = [each for each in parts if each is not None]
    return max(known) if len(known) == len(parts) else None


RULE = Rule(
    slug="timeouts-nest",
    decision="A Kustomization is more patient than the releases it waits for",
    rationale=(
        "One that gives up first reports as failed what is well a minute later, and holds up what depends on it."
    ),
    incident="timeout-race",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
