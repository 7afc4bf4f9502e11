"""Folders that images take whole: an archive by its hash, and a Python application by its lock."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.problem import Problem
from provisioning.lab.artifacts import maven, pins, pythons, trees
from provisioning.lab.artifacts.pins import MavenTree, PythonTree
from provisioning.lab.artifacts.progress import Task, silent
from provisioning.lab.artifacts.toolchain import Go

TASK = Task(silent, "product", 1, 1)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MavenTree:
    """A product of which a mvn that only copies knows the archive: a program, and what is left out."""
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as content:
        run = zipfile.ZipInfo("product-1.2/bin/run.sh")
        run.external_attr = 0o755 << 16
        content.writestr(run, '#!/bin/sh\necho "$1" > made; mkdir data; touch data/log\n')
        content.writestr("product-1.2/bin/run.bat", "")
    script = tmp_path / "bin" / "mvn"
    script.parent.mkdir()
    script.write_text(
        "#!/bin/sh\n"
        'for word in "$@"; do case $word in -Dmaven.repo.local=*) local=${word#*=};; esac; done\n'
        f"mkdir -p $local/org/example/product/1.2 && cp {path} $local/org/example/product/1.2/product-1.2.zip\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return MavenTree(
        *("product", "org.example:product", "1.2", "zip", digest, "product-1.2"),
        prepare=("bin/run.sh", "prepared"),
        without=("*.bat", "data"),
    )


def test_an_archive_is_unpacked_prepared_and_trimmed(archive: MavenTree, tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    maven.build(archive, into, tmp_path / "log", TASK)
    files = {path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()}
    assert files == {"bin/run.sh", "made"}
    assert (into / "made").read_text() == "prepared\n"
    assert (into / "bin/run.sh").stat().st_mode & 0o777 == 0o755


def test_an_archive_that_is_another_one_is_refused(archive: MavenTree, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=rf"1\.2 has sha256 {archive.sha256}, and 0000 is pinned"):
        maven.build(replace(archive, sha256="0000"), tmp_path, tmp_path / "log", TASK)


def test_key_of_an_archive_changes_with_its_pin(archive: MavenTree) -> None:
    others = [replace(archive, sha256="0"), replace(archive, prepare=()), replace(archive, without=())]
    assert len({maven.key(tree) for tree in (archive, *others)}) == 4


@pytest.fixture
def application(tmp_path: Path) -> PythonTree:
    """An application without any package: its lock is empty."""
    (tmp_path / "product.lock").touch()
    return PythonTree("product", "product", "1.2", tmp_path / "product.lock", ("none",))


def test_an_applications_library_is_compiled_for_files_without_times(
    application: PythonTree, tmp_path: Path
) -> None:
    into = tmp_path / "into"
    into.mkdir()
    pythons.build(application, into, tmp_path / "log", TASK)
    library = into / "usr/lib/python3.11"
    compiled = (
        library / "__pycache__/json.cpython-311.pyc",
        library / "json/__pycache__/__init__.cpython-311.pyc",
    )
    flags = compiled[1].read_bytes()[4:8]
    assert int.from_bytes(flags, "little") == 1  # PEP 552: by hash, and not to be checked
    assert not (library / "ensurepip").exists()
    told = subprocess.run(
        [
            "/usr/bin/python3.11",
            "-S",
            "-c",
            "import json; print(json.__file__, json.loads.__code__.co_filename)",
        ],
        env={"PYTHONHOME": str(into / "usr")},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert told.stdout.split() == [f"{library}/json/__init__.py"] * 2


def test_key_of_an_application_changes_with_lock_and_interpreter(application: PythonTree) -> None:
    keys = {pythons.key(application, "3.11.2"), pythons.key(application, "3.11.3")}
    keys.add(pythons.key(replace(application, without=()), "3.11.2"))
    application.lock.write_text("six==1.17.0")
    keys.add(pythons.key(application, "3.11.2"))
    assert len(keys) == 4


def test_every_pin_that_makes_a_folder_is_found() -> None:
    go = Go(Path("/go/bin/go"), "go1.27.3", "amd64")
    made = trees.of(pins.load(), go, {pythons.INTERPRETER: "3.11.2"})
    assert [(tree.name, tree.version) for tree in made] == [
        ("gitea-folders", "v1.26.0"),
        ("synapse", "1.163.2"),
        ("keycloak", "26.4.7"),
    ]
