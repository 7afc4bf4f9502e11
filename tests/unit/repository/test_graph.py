"""The graph of Kustomizations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from repository import graph
from repository.graph import Graph
from tests.unit.repository.made import flux, repository


def drawn(tmp_path: Path, wants: Mapping[str, tuple[str, ...]]) -> Graph:
    files = {f"{name}/a.yaml": "" for name in wants}
    for name, before in wants.items():
        depends = "".join(f"    - name: {each}\n" for each in before)
        files[f"cluster/{name}.yaml"] = flux(name, f"./{name}", f"  timeout: 2m\n  dependsOn:\n{depends}")
    (found,) = repository(tmp_path, files).clusters
    return graph.of(found)


def test_layers_and_the_longest_chain(tmp_path: Path) -> None:
    found = drawn(tmp_path, {"a": (), "b": ("a",), "c": ("b",), "d": ("a",), "e": ("c", "d")})
    assert {each.name: each.depth for each in found.nodes} == {"a": 0, "b": 1, "c": 2, "d": 1, "e": 3}
    assert found.critical == ("a", "b", "c", "e")
    assert found.seconds == 480
    assert ("a", "d") in found.edges


def test_cycles_and_gaps_are_drawn_as_such(tmp_path: Path) -> None:
    found = drawn(tmp_path, {"a": ("c",), "b": ("a",), "c": ("b",), "d": ("nobody",)})
    assert {each.name for each in found.nodes if each.cyclic} == {"a", "b", "c"}
    assert {each.name for each in found.nodes if each.missing} == {"nobody"}
