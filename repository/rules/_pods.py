"""Pods, wherever a workload hides them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from repository.values import Object, maps

Path = tuple[str | int, ...]

_TEMPLATES: dict[str, Path] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "Job": ("spec", "template"),
    "Pod": (),
    "ReplicaSet": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
}


def template(one: Object) -> Path | None:
    """Where an object's pod template stands in it; None when it has none."""
    return _TEMPLATES.get(one.kind) if one.group in {"", "apps", "batch"} else None


def containers(one: Object) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each container of an object's pods, those that only initialise included, with its path."""
    if (at := template(one)) is None:
        return
    for kind in ("initContainers", "containers"):
        path = (*at, "spec", kind)
        for number, container in enumerate(maps(one.get(*path, default=[]))):
            yield (*path, number), container
