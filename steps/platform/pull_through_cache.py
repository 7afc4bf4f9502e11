"""Images come through the platform's own registry."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import scenarios, then

from inventory import Planned
from probes import mirrors
from probes.mirrors import Mirror
from probes.outcomes import NetworkFailure
from steps.vocabulary.images import Cache, Image
from steps.vocabulary.seen import Seen
from steps.wiring import At, Wait

scenarios("platform/pull_through_cache.feature")

Mirrors = Mapping[str, tuple[Mirror, ...]]
"""The mirrors of each node."""


@then("the cache has the image")
def cache_has(eventually: Wait, cache: Cache, image: Image) -> None:
    eventually(
        lambda: cache.kept(image.registry),
        lambda kept: not isinstance(kept, NetworkFailure) and image.name in kept,
        expected=f"the cache has {image.name}",
        patience="image_pulled",
    )


@then("every node has a mirror for each registry that the cache stands for", target_fixture="found")
def mirrors_everywhere(inventory: Planned, at_node: At, seen: Seen) -> Mirrors:
    found = seen("the mirrors", {node.name: mirrors.mirrors(at_node(node.name)) for node in inventory.nodes})
    assert {node: _missing(its, inventory.registry.mirrored) for node, its in found.items()} == {
        node: [] for node in found
    }
    return found


def _missing(found: tuple[Mirror, ...], wanted: tuple[str, ...]) -> list[str]:
    """Return the registries that nothing stands for."""
    return sorted(set(wanted) - {one.registry for one in found})


@then("the first that each mirror asks is the cache, and the last is the registry itself")
def mirrors_fall_back(found: Mirrors, inventory: Planned) -> None:
    cache = inventory.services["registry"].host
    wrong = [f"{node}: {one}" for node, its in found.items() for one in its if not _falls_back(one, cache)]
    assert wrong == []


def _falls_back(mirror: Mirror, cache: str | None) -> bool:
    """Tell whether the cache is asked first and the registry last, which may have a host name below its own."""
    first, last = mirror.hosts[0], mirror.hosts[-1]
    return first == cache and last != cache and f".{last}".endswith(f".{mirror.registry}")
