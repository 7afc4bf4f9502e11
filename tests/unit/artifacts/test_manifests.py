"""Which manifests are exported, and how a chart of a module is rendered."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from provisioning.lab.artifacts import manifests, pins
from provisioning.lab.artifacts.pins import Chart, GoModule
from provisioning.lab.artifacts.toolchain import Go

CHART = Chart("all.yaml", "deploy/chart", None, "product", "space", {"creator": "static"})


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def module(tmp_path: Path) -> GoModule:
    """A module with two manifests, one of which is wanted."""
    source = tmp_path / "source"
    (source / "deploy").mkdir(parents=True)
    (source / "deploy" / "namespace.yaml").write_text("kind: Namespace\n")
    (source / "deploy" / "notes.md").touch()
    etcd = pins.load().module("etcd")
    (tmp_path / "go.sum").write_text(f"{etcd.module} {etcd.version} h1:abc=\n")
    return replace(etcd, name="product", folder=tmp_path, manifests=("deploy/*.yaml",), charts=(CHART,))


def export(modules: tuple[GoModule, ...], folder: Path) -> Path:
    """What is exported by a go that says where the source is, and a renderer that prints its arguments."""
    answer = json.dumps({"Dir": str(folder / "source")})
    go = Go(script(folder / "go", f"echo '{answer}'"), "go1.27.3", "amd64")
    script(folder / "bin" / manifests.RENDERER, 'for word in "$@"; do echo "$word"; done')
    into = folder / "into"
    into.mkdir()
    wanted = replace(pins.load(), modules=modules)
    manifests.export(wanted, go, into, build_cache=folder / "cache", binaries=folder / "bin")
    return into


def test_files_are_copied_and_charts_rendered(module: GoModule, tmp_path: Path) -> None:
    made = export((module, replace(module, name="other", manifests=(), charts=())), tmp_path)
    assert {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()} == {
        "product/all.yaml",
        "product/namespace.yaml",
    }
    assert (made / "product" / "all.yaml").read_text().splitlines() == [
        f"-chart={tmp_path}/source/deploy/chart",
        "-release=product",
        "-namespace=space",
        f"-version={module.version}",
        '-values={"creator": "static"}',
    ]


def test_a_charts_definitions_are_a_folder_of_their_own(module: GoModule, tmp_path: Path) -> None:
    chart = replace(CHART, templates="deploy/crds")
    made = export((replace(module, charts=(chart,)),), tmp_path)
    assert f"-templates={tmp_path}/source/deploy/crds" in (made / "product/all.yaml").read_text().splitlines()


def test_key_changes_with_what_is_exported(module: GoModule) -> None:
    def key(*modules: GoModule) -> str:
        return manifests.key(replace(pins.load(), modules=modules))

    variants = [
        module,
        replace(module, version="v9"),
        replace(module, manifests=()),
        replace(module, charts=()),
        replace(module, charts=(replace(CHART, values={}),)),
        replace(module, charts=(replace(CHART, namespace="other"),)),
    ]
    assert len({key(variant) for variant in variants}) == len(variants)
    assert key(module, replace(module, name="other", manifests=(), charts=())) == key(module)
