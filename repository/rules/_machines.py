"""Talos' machine configuration, in YAML or in Terraform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from repository.repository import Repository
from repository.rules._words import all_blocks, table
from repository.values import Place, get, walk

Path = tuple[str | int, ...]


def values(repo: Repository) -> Iterator[tuple[Callable[..., Place], Path, Any]]:
    """Every value of what may be machine configuration: how to find its place, its path, and itself."""
    for document in repo.documents:
        if _is_machine(document.body):
            for path, value in walk(document.body):
                yield document.at, path, value
    for block in all_blocks(repo.blocks):
        for path, value in walk(block.body):
            yield block.at, path, value


def _is_machine(body: Any) -> bool:
    given = table(body)
    own = {"machine", "cluster", "clusterName", "controlPlane", "worker", "registries", "mirrors", "patches"}
    return bool(own & given.keys()) or given.get("apiVersion") == "v1alpha1"


def texts(repo: Repository) -> Iterator[tuple[Place, str]]:
    """Configuration that Terraform puts together, as its source text."""
    for block in all_blocks(repo.blocks):
        for path, value in walk(block.body):
            if isinstance(value, str) and "\n" in value:
                yield block.at(*path), value


def none(repo: Repository) -> str:
    """Why a rule about Talos does not apply; an empty string when it does."""
    terraform = any("talos_" in label for block in repo.blocks for label in block.labels)
    talos = any(
        get(each.body, "machine") is not None or get(each.body, "talosVersion") is not None
        for each in repo.documents
    )
    return "" if terraform or talos else "machines are not configured by Talos from here"
