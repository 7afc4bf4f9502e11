"""The Kustomizations of a cluster as a graph: how deep each stands, and which chain takes longest."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from repository.reading.flux import Cluster, FluxKustomization

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """One Kustomization.

    ``depth`` counts the dependencies that come before it one after the other, from 0. ``missing`` names one that is
    depended on and is not there. ``seconds`` is how long Flux waits for it at most.
    """

    name: str
    depth: int
    seconds: float
    critical: bool = False
    missing: bool = False
    cyclic: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """The graph of one cluster. ``edges`` go from what must be ready to what waits for it.

    ``critical`` is the chain whose timeouts add up to the most, in its order; ``seconds`` is that sum.
    """

    cluster: str
    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]
    critical: tuple[str, ...]
    seconds: float


def of(cluster: Cluster) -> Graph:
    """Draw the graph of a cluster; its root, which yields all the others, is not among them."""
    members = {one.key: one for one in cluster.kustomizations if one.key != cluster.root.key}
    wants = {key: [(each.namespace, each.name) for each in one.depends_on] for key, one in members.items()}
    missing = {target for targets in wants.values() for target in targets if target not in members}
    everything: dict[Key, list[Key]] = {**wants, **{key: [] for key in missing}}
    order, cyclic = _ordered(everything)
    waits = {key: _patience(members.get(key)) for key in everything}
    depth: dict[Key, int] = {}
    whole: dict[Key, float] = {}
    through: dict[Key, Key | None] = {}
    for key in order:
        before = [each for each in everything[key] if each in depth]
        depth[key] = 1 + max((depth[each] for each in before), default=-1)
        through[key] = max(before, key=lambda each: (whole[each], each), default=None)
        whole[key] = waits[key] + (whole[came] if (came := through[key]) is not None else 0)
    chain = _chain(whole, through)
    names = {key: _name(key, everything) for key in everything}
    return Graph(
        cluster=cluster.name,
        nodes=tuple(
            Node(names[key], depth[key], waits[key], key in chain, key in missing, key in cyclic)
            for key in sorted(everything, key=lambda each: (depth[each], names[each]))
        ),
        edges=tuple(sorted((names[target], names[key]) for key in everything for target in everything[key])),
        critical=tuple(names[key] for key in chain),
        seconds=whole[chain[-1]] if chain else 0.0,
    )


def _ordered(wants: Mapping[Key, Iterable[Key]]) -> tuple[list[Key], frozenset[Key]]:
    """What comes before what; those on a cycle come last, in the order of their names."""
    wants = {key: list(targets) for key, targets in wants.items()}
    cyclic: set[Key] = set()
    while True:
        try:
            order = list(graphlib.TopologicalSorter(wants).static_order())
        except graphlib.CycleError as found:
            round_trip: list[Key] = found.args[1]
            cyclic.update(round_trip)
            # The sorter tells the cycle against the arrows: each is wanted by the one after it.
            wants[round_trip[1]] = [each for each in wants[round_trip[1]] if each != round_trip[0]]
            continue
        return order, frozenset(cyclic)


def _patience(one: FluxKustomization | None) -> float:
    """How long Flux waits for a Kustomization at most: its timeout, which is its interval when none is given."""
    return 0.0 if one is None else one.timeout or one.interval or 0.0


def _chain(whole: Mapping[Key, float], through: Mapping[Key, Key | None]) -> list[Key]:
    chain: list[Key] = []
    at = max(whole, key=lambda each: (whole[each], each), default=None)
    while at is not None:
        chain.append(at)
        at = through[at]
    return chain[::-1]


def _name(key: Key, everything: Iterable[Key]) -> str:
    """The name alone, unless there are several of it or it lives in another namespace than most."""
    same = [each for each in everything if each[1] == key[1]]
    return key[1] if len(same) == 1 else "/".join(key)
