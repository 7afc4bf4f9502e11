from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from probes.residue import Residue, residue

LAB = f"cs-probes-left-{os.getpid()}"
CGROUPS = Path("/sys/fs/cgroup")


def ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "a state" / LAB


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    if os.geteuid() != 0:
        pytest.fail("these tests make namespaces, mounts and links and so need root")
    with ExitStack() as undo:
        yield undo


def test_of_a_lab_that_never_was_nothing_is_left(state: Path) -> None:
    found = residue("cs-probes-never", state)
    assert found == Residue("cs-probes-never")
    assert found.nothing
    assert str(found) == "nothing is left of cs-probes-never"


def test_finds_processes_by_their_environment(state: Path, stack: ExitStack) -> None:
    for lab in (LAB, f"{LAB}0", "x"):
        process = stack.enter_context(subprocess.Popen(["sleep", "60"], env={"CLUSTERSPEC_LAB": lab}))
        stack.callback(process.kill)
        if lab == LAB:
            pid = process.pid
    found = residue(LAB, state)
    assert [str(process) for process in found.processes] == [f"{pid} sleep 60 (by its environment)"]
    assert not found.nothing


def test_finds_cgroups_and_the_processes_in_them(state: Path, stack: ExitStack) -> None:
    hierarchy = next(one for one in (CGROUPS / "pids", CGROUPS) if (one / "cgroup.procs").exists())
    group = hierarchy / "clusterspec" / LAB / "worker0"
    mine = [folder for folder in (group.parent.parent, group.parent, group) if not folder.exists()]
    for folder in mine:
        folder.mkdir()
        stack.callback(folder.rmdir)
    process = stack.enter_context(subprocess.Popen(["sleep", "60"]))
    stack.callback(process.kill)
    (group / "cgroup.procs").write_text(str(process.pid))
    stack.callback((hierarchy / "cgroup.procs").write_text, str(process.pid))
    found = residue(LAB, state)
    assert found.cgroups == (str(group.parent), str(group))
    assert [(one.pid, one.known_by) for one in found.processes] == [(process.pid, "cgroup")]


def test_finds_namespaces_links_and_mounts(state: Path, stack: ExitStack) -> None:
    ip(f"netns add {LAB}-worker0")
    stack.callback(ip, f"netns delete {LAB}-worker0")
    link = f"left{os.getpid()}"[:15]
    ip(f"link add {link} type bridge")
    stack.callback(ip, f"link delete {link}")
    ip(f"link set {link} alias of-{LAB}")
    (state / "a").mkdir(parents=True)
    (state / "b").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "none", state / "a"], check=True)
    stack.callback(subprocess.run, ["umount", state / "a"], check=True)
    elsewhere = state.parent / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(["mount", "--bind", state / "b", elsewhere], check=True)
    stack.callback(subprocess.run, ["umount", elsewhere], check=True)
    found = residue(LAB, state)
    assert found.namespaces == (f"{LAB}-worker0",)
    assert found.links == (link,)
    assert set(found.mounts) == {str(state / "a"), str(elsewhere)}
    assert f"links (1): {link}" in str(found)


def test_finds_files_and_does_not_list_them_without_end(state: Path) -> None:
    state.mkdir(parents=True)
    assert residue(LAB, state).files == (str(state),)  # an empty folder is left, too
    for number in range(150):
        (state / f"{number:03}").touch()
    found = residue(LAB, state)
    assert (len(found.files), found.more_files) == (100, True)
    assert "files (100 and more)" in str(found)


def test_what_cannot_be_read_is_said_and_is_not_nothing(tmp_path: Path, state: Path) -> None:
    process = tmp_path / "proc" / "77"
    (process / "environ").mkdir(parents=True)  # reading a folder fails even for root
    (tmp_path / "proc" / "self").mkdir()
    (tmp_path / "proc" / "self" / "mountinfo").touch()
    found = residue(LAB, state, proc=tmp_path / "proc")
    assert found.unreadable == (f"{process / 'environ'}: Is a directory",)
    assert not found.nothing
    assert "unreadable (1)" in str(found)
