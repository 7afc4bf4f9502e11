"""Every dependency leads to something that is there, and none leads back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repository.reading.flux import Cluster
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _graph
from repository.values import Object, Place, maps

WITH_DEPENDENCIES = {"HelmRelease": "helm.toolkit.fluxcd.io", "Terraform": "infra.contrib.fluxcd.io"}
"""Kinds beside Kustomization whose ``spec.dependsOn`` names others of the same kind."""

Key = tuple[str, str]


def check(repo: Repository) -> Iterator[Finding]:
    """Dependencies on nothing and cycles: of Kustomizations, of HelmReleases, of Terraform objects."""
    for cluster in repo.clusters:
        yield from _kustomizations(cluster)
        for kind in WITH_DEPENDENCIES:
            yield from _others(cluster, kind)


def _kustomizations(cluster: Cluster) -> Iterator[Finding]:
    known = _graph.by_key(cluster)
    edges: dict[Key, list[tuple[Key, Place]]] = {}
    for key, one in known.items():
        found = [((other.namespace, other.name), other.place) for other in one.depends_on]
        edges[key] = [each for each in found if each[0] in known]
        for (namespace, name), place in found:
            if (namespace, name) not in known:
                yield _missing(place, str(one), "Kustomization", f"{namespace}/{name}")
        # A parent that waits is not ready before its children are.
        for above in _graph.ancestors(cluster, one):
            if above.wait:
                edges.setdefault(above.key, []).append((key, above.object.at("spec", "wait")))
    yield from _cycles("Kustomization", edges)


def _others(cluster: Cluster, kind: str) -> Iterator[Finding]:
    known = {
        (one.namespace, one.name): one for one in cluster.kinds(kind) if one.group == WITH_DEPENDENCIES[kind]
    }
    edges: dict[Key, list[tuple[Key, Place]]] = {key: [] for key in known}
    for key, one in known.items():
        for other, place in _dependencies(one):
            if other in known:
                edges[key].append((other, place))
            else:
                yield _missing(place, str(one), kind, "/".join(other))
    yield from _cycles(kind, edges)


def _dependencies(one: Object) -> Iterator[tuple[Key, Place]]:
    for number, other in enumerate(maps(one.get("spec", "dependsOn", default=[]))):
        key = str(other.get("namespace") or one.namespace), str(other.get("name", ""))
        if "${" not in "".join(key):
            yield key, one.at("spec", "dependsOn", number)


def _missing(place: Place, one: str, kind: str, other: str) -> Finding:
    return Finding(
        place,
        one,
        f"it depends on {other}, and there is no {kind} of that name in this cluster",
        f"the name of a {kind} that is applied",
        "missing",
    )


def _cycles(kind: str, edges: Mapping[Key, list[tuple[Key, Place]]]) -> Iterator[Finding]:
    """One finding for each way back that a walk through the graph meets."""
    done: set[Key] = set()
    for start in edges:
        yield from _walk(kind, edges, start, (), done)


def _walk(
    kind: str, edges: Mapping[Key, list[tuple[Key, Place]]], key: Key, path: tuple[Key, ...], done: set[Key]
) -> Iterator[Finding]:
    if key in done:
        return
    for other, place in edges.get(key, ()):
        if other == key or other in path:
            way = [*path[path.index(other) :], key] if other in path else [key]
            names = " → ".join("/".join(each) for each in (*way, other))
            yield Finding(
                place,
                f"{kind} {'/'.join(key)}",
                f"a cycle: {names}",
                "a dependency less, or a part split off that others can wait for",
                "cycle",
            )
        else:
            yield from _walk(kind, edges, other, (*path, key), done)
    done.add(key)


RULE = Rule(
    slug="dependencies-lead-somewhere",
    decision="Every dependency leads to a Kustomization, and none leads back",
    rationale=(
        "Flux waits for ever for a dependency that is missing or that waits in turn; a cycle kept Gitea in a "
        "crash loop for ten hours."
    ),
    incident="dependson-cycle",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
