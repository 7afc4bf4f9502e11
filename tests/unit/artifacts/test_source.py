"""What is taken from a module's source: as it is pinned, with files of ours in its place, and folders of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.problem import Problem
from provisioning.lab.artifacts import gobuild, pins, source
from provisioning.lab.artifacts.pins import Edit, GoModule
from provisioning.lab.artifacts.toolchain import Go


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A product's source as Go keeps it: read-only."""
    folder = tmp_path / "product@v1.2.3"
    (folder / "all").mkdir(parents=True)
    (folder / "all" / "providers.go").write_text("package all // every cloud")
    (folder / "templates").mkdir()
    (folder / "templates" / "home").write_text("hello")
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


@pytest.fixture
def module(tmp_path: Path) -> GoModule:
    folder = tmp_path / "module"
    folder.mkdir()
    (folder / "go.mod").write_text("module ours\n")
    (folder / "go.sum").write_text("example.org/product v1.2.3 h1:abc=\n")
    (folder / "ours.go").write_text("package all // one")
    etcd = pins.load().module("etcd")
    instead = {"all/providers.go": "ours.go"}
    return replace(
        etcd,
        name="product",
        module="example.org/product",
        version="v1.2.3",
        folder=folder,
        instead=instead,
        folders={"templates": "share/templates"},
    )


@pytest.fixture
def go(tmp_path: Path, product: Path) -> Go:
    """A go that says where the source is and notes how it is called."""
    program = tmp_path / "go"
    answer = json.dumps({"Dir": str(product)})
    program.write_text(f"#!/bin/sh\necho \"$*\" > {tmp_path}/called\necho '{answer}'\n")
    program.chmod(0o755)
    return Go(program, "go1.27.3", "amd64")


def test_source_is_the_one_of_go_sum(module: GoModule, go: Go, product: Path, tmp_path: Path) -> None:
    assert source.original(module, go, tmp_path / "cache") == product
    called = (tmp_path / "called").read_text()
    assert called == f"-C {module.folder} mod download -json example.org/product@v1.2.3\n"


@pytest.mark.parametrize(
    "line", ["", "example.org/product v1.2.4 h1:abc=", "example.org/product v1.2.3/go.mod h1:a="]
)
def test_source_without_a_pinned_hash_is_refused(module: GoModule, go: Go, tmp_path: Path, line: str) -> None:
    (module.folder / "go.sum").write_text(line)
    with pytest.raises(Problem, match=r"has no hash of example\.org/product v1\.2\.3"):
        source.original(module, go, tmp_path / "cache")
    assert not (tmp_path / "called").exists()


def test_a_changed_product_is_built_beside_the_pinned_files(
    module: GoModule, go: Go, product: Path, tmp_path: Path
) -> None:
    with gobuild.prepared(module, go, tmp_path / "cache") as folder:
        assert (folder / "product/all/providers.go").read_text() == "package all // one"
        assert (folder / "product/templates/home").read_text() == "hello"
        (folder / "go.sum").write_text("renewed")
    assert (module.folder / "go.sum").read_text() == "renewed"
    assert "every cloud" in (product / "all" / "providers.go").read_text()
    assert not folder.exists()


def test_what_is_not_changed_is_built_where_it_is_pinned(module: GoModule, go: Go, tmp_path: Path) -> None:
    with gobuild.prepared(replace(module, instead={}), go, tmp_path / "cache") as folder:
        assert folder == module.folder
    assert not (tmp_path / "called").exists()


def test_a_file_that_the_product_no_longer_has_is_told(
    module: GoModule, product: Path, tmp_path: Path
) -> None:
    gone = replace(module, instead={"all/clouds.go": "ours.go"})
    with pytest.raises(Problem, match=r"example\.org/product v1\.2\.3 has no all/clouds\.go"):
        source.changed(gone, product, tmp_path / "changed")


def test_an_edited_product_differs_in_the_edited_text(
    module: GoModule, product: Path, tmp_path: Path
) -> None:
    edited = replace(module, instead={}, edits=(Edit("templates/home", "hello", "good night"),))
    folder = source.changed(edited, product, tmp_path / "changed")
    assert (folder / "product/templates/home").read_text() == "good night"
    assert (folder / "product/all/providers.go").read_text() == "package all // every cloud"


@pytest.mark.parametrize(
    ("file", "text", "times"),
    [("templates/home", "goodbye", 0), ("templates/home", "l", 2), ("none", "l", 0)],
)
def test_an_edit_of_a_text_that_does_not_stand_there_once_is_refused(
    module: GoModule, product: Path, tmp_path: Path, file: str, text: str, times: int
) -> None:
    edited = replace(module, edits=(Edit(file, text, "x"),))
    with pytest.raises(Problem, match=f"{file} of .* has '{text}' {times} times"):
        source.changed(edited, product, tmp_path / "changed")


def test_folders_are_copied_without_the_modes_of_gos_cache(
    module: GoModule, product: Path, tmp_path: Path
) -> None:
    (tmp_path / "into").mkdir()
    source.export(module.folders, product, tmp_path / "into")
    home = tmp_path / "into/share/templates/home"
    assert home.read_text() == "hello"
    assert home.stat().st_mode & 0o777 == 0o644
    assert home.parent.stat().st_mode & 0o777 == 0o755


def test_key_of_the_folders_changes_with_what_is_taken(module: GoModule) -> None:
    others = [replace(module, version="v9"), replace(module, folders={}), replace(module, go_sum="0")]
    assert len({source.key(each) for each in (module, *others)}) == 4
    assert source.key(replace(module, instead={})) == source.key(module)


def test_key_of_a_build_changes_with_how_the_product_is_changed(module: GoModule, go: Go) -> None:
    other = replace(module, instead={})
    edited = replace(other, edits=(Edit("all/providers.go", "every", "one"),))
    assert len({gobuild.key(each, go) for each in (module, other, edited)}) == 3
    assert gobuild.key(replace(module, folders={}), go) == gobuild.key(module, go)
