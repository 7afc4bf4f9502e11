"""A gate of the bootstrap counts as many nodes as are made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _layers
from repository.values import Expression, Place, get, maps

COUNT = re.compile(r"get\s+nodes?\b.*?(?:-eq|-ge|==|=)\s*[\"']?(\d+)\b")
CONTROLLERS = re.compile(r"(control|master).*count|num_(control|master)")
WORKERS = re.compile(r"worker.*count|num_worker")


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """Gates that wait for another number of nodes than the configuration makes."""
    made = _made(repo)
    for place, count in _gates(repo):
        if made is None:
            yield Unsure(
                place, "gate for the nodes", f"it counts {count}, and how many are made is not literal"
            )
        elif count != made:
            yield Finding(
                place,
                "gate for the nodes",
                f"it waits for {count} nodes, and {made} are made",
                f"{made}, or better the number from Terraform's output",
            )


def _gates(repo: Repository) -> Iterator[tuple[Place, int]]:
    for script in repo.scripts:
        for number, line in enumerate(script.text.splitlines()):
            if not line.lstrip().startswith("#") and (found := COUNT.search(line)):
                yield Place(script.place.file, script.place.line + number), int(found[1])


def _made(repo: Repository) -> int | None:
    """How many nodes there will be: from the layers' variables, or from the nodes of a Talos configuration."""
    for layer in _layers.layers(repo):
        own = _counts(layer)
        if own:
            return sum(own.values())
    for document in repo.documents:
        if get(document.body, "clusterName") and (nodes := list(maps(get(document.body, "nodes")))):
            return len(nodes)
    return None


def _counts(layer: _layers.Layer) -> dict[str, int]:
    """The number of each kind of node: what a layer hands to its modules, or else a variable's default."""
    found: dict[str, int] = {}
    for block in layer.blocks:
        given = dict(block.body) if block.kind == "module" else {}
        if block.kind == "variable" and block.labels:
            given = {block.labels[0]: block.body.get("default")}
        for name, value in given.items():
            kind = "controllers" if CONTROLLERS.search(name) else "workers" if WORKERS.search(name) else ""
            if kind and isinstance(value, int) and not isinstance(value, Expression):
                found.setdefault(kind, value)
    return found if len(found) == 2 else {}  # noqa: PLR2004 - controllers and workers


def _applies(repo: Repository) -> str:
    return "" if any(True for _ in _gates(repo)) else "no script here counts nodes"


RULE = Rule(
    slug="gates-count-the-nodes",
    decision="A gate of the bootstrap counts as many nodes as are made",
    rationale=("Five nodes were planned and six made; a gate that waits for another number never opens."),
    incident="node-count-mismatch",
    reads=("hcl", "shell"),
    applies=_applies,
    check=check,
)
