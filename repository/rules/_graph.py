"""Who comes before whom in a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repository.reading.flux import Cluster, FluxKustomization

Key = tuple[str, str]


def by_key(cluster: Cluster) -> Mapping[Key, FluxKustomization]:
    """The Kustomizations of a cluster by namespace and name."""
    return {each.key: each for each in cluster.kustomizations}


def parent(cluster: Cluster, one: FluxKustomization) -> FluxKustomization | None:
    """The Kustomization that yields this one; None for the root."""
    known = {"/".join(key): each for key, each in by_key(cluster).items()}
    above = known.get(one.object.renderer)
    return above if above is not None and above.key != one.key else None


def ancestors(cluster: Cluster, one: FluxKustomization) -> Iterator[FluxKustomization]:
    """The Kustomizations above this one, the nearest first."""
    seen = {one.key}
    above = parent(cluster, one)
    while above is not None and above.key not in seen:
        seen.add(above.key)
        yield above
        above = parent(cluster, above)


def before(cluster: Cluster) -> Mapping[Key, frozenset[Key]]:
    """For each Kustomization all that are ready before it is applied for the first time.

    That is what it depends on, what those depend on, and whatever the Kustomizations above it depend on.
    """
    known = by_key(cluster)
    needs = {
        key: {
            (other.namespace, other.name)
            for each in (one, *ancestors(cluster, one))
            for other in each.depends_on
            if (other.namespace, other.name) in known
        }
        for key, one in known.items()
    }
    return {key: _closure(needs, key) for key in known}


def _closure(needs: Mapping[Key, set[Key]], start: Key) -> frozenset[Key]:
    found: set[Key] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs.get(one, ())
    return frozenset(found)


def of_renderer(renderer: str) -> Key:
    """The key of the Kustomization that an object says it is rendered by."""
    namespace, _, name = renderer.partition("/")
    return namespace, name


def no_cluster(clusters: tuple[Cluster, ...]) -> str:
    """Why a rule of Flux does not apply; an empty string when it does."""
    return "" if clusters else "no cluster is rooted in this repository by Flux"
