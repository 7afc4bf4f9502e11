"""Small repositories, made from a dictionary of files."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from repository.read import read
from repository.repository import Repository


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return root


def repository(root: Path, files: Mapping[str, str]) -> Repository:
    return read(write(root, files))


def flux(name: str, path: str, more: str = "", namespace: str = "flux-system") -> str:
    """A Flux Kustomization; ``more`` are further lines of its spec, indented by two."""
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata:\n  name: {name}\n  namespace: {namespace}\n"
        f"spec:\n  interval: 10m\n  path: {path}\n  prune: true\n"
        "  sourceRef:\n    kind: GitRepository\n    name: flux-system\n" + more
    )


SYNC = """apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  url: ssh://git@git.example/owner/cluster.git
---
""" + flux("flux-system", "./k8s")


def resources(*names: str) -> str:
    """A kustomization that lists these."""
    return "resources:\n" + "".join(f"  - {name}\n" for name in names)


def config_map(name: str, namespace: str = "default", data: str = "key: value") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: {namespace}\ndata:\n  {data}\n"
