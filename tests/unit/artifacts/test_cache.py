"""The cache: what names an entry, and that nothing damaged or half made is ever used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.lab.artifacts import cache

KEY = cache.key({"input": b"1"})


@pytest.fixture
def store(tmp_path: Path) -> cache.Store:
    return cache.Store(tmp_path / "artifacts")


def fill(folder: Path) -> None:
    (folder / "bin").mkdir()
    (folder / "bin" / "etcd").write_bytes(b"program")
    (folder / "bin" / "link").symlink_to("etcd")


def never(_: Path) -> None:
    pytest.fail("was made again")


def test_key_depends_on_names_and_contents_and_not_on_order() -> None:
    assert cache.key({"a": b"1", "b": b"2"}) == cache.key({"b": b"2", "a": b"1"})
    different = [{"a": b"1"}, {"a": b"2"}, {"b": b"1"}, {"a": b"1", "b": b""}, {"ab": b"1"}, {"a": b"b1"}, {}]
    assert len({cache.key(inputs) for inputs in different}) == len(different)


def test_entry_is_made_once_and_found_again(store: cache.Store) -> None:
    entry = store.obtain("etcd", KEY, fill)
    assert entry == store.root / f"etcd-{KEY[:12]}"
    assert (entry / "bin" / "etcd").read_bytes() == b"program"
    assert store.obtain("etcd", KEY, never) == entry
    assert store.holds("etcd", KEY)


def test_other_key_is_another_entry(store: cache.Store) -> None:
    first = store.obtain("etcd", KEY, fill)
    second = store.obtain("etcd", cache.key({"input": b"2"}), fill)
    assert first != second
    assert first.exists()


def spoil_content(entry: Path) -> None:
    (entry / "bin" / "etcd").write_bytes(b"Program")


def lose_a_file(entry: Path) -> None:
    (entry / "bin" / "etcd").unlink()


def add_a_file(entry: Path) -> None:
    (entry / "bin" / "more").touch()


def turn_a_link(entry: Path) -> None:
    (entry / "bin" / "link").unlink()
    (entry / "bin" / "link").symlink_to("other")


def change_a_mode(entry: Path) -> None:
    (entry / "bin" / "etcd").chmod(0o600)


def lose_the_manifest(entry: Path) -> None:
    (entry / cache.MANIFEST).unlink()


def spoil_the_manifest(entry: Path) -> None:
    (entry / cache.MANIFEST).write_text("{")


def claim_another_key(entry: Path) -> None:
    manifest = entry / cache.MANIFEST
    manifest.write_text(manifest.read_text().replace(KEY, KEY[:12] + "0" * 52))


@pytest.mark.parametrize(
    "damage",
    [
        spoil_content,
        lose_a_file,
        add_a_file,
        turn_a_link,
        change_a_mode,
        lose_the_manifest,
        spoil_the_manifest,
        claim_another_key,
    ],
)
def test_damaged_entry_is_made_again(store: cache.Store, damage: Callable[[Path], None]) -> None:
    entry = store.obtain("etcd", KEY, fill)
    damage(entry)
    assert store.damage("etcd", KEY) is not None
    store.obtain("etcd", KEY, fill)
    assert store.damage("etcd", KEY) is None
    assert (entry / "bin" / "etcd").read_bytes() == b"program"


def test_failed_build_leaves_no_entry(store: cache.Store) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("compiler")

    with pytest.raises(RuntimeError, match="compiler"):
        store.obtain("etcd", KEY, fail)
    assert not store.entry("etcd", KEY).exists()
    entry = store.obtain("etcd", KEY, fill)
    assert not (entry / "half").exists()


def builder(root: Path, made: str) -> subprocess.Popen[str]:
    """Another process that says when it has begun to make the entry, and then runs ``made``."""
    script = f"""
        import sys, time
        from pathlib import Path
        from provisioning.lab.artifacts import cache
        def make(folder):
            (folder / "half").touch()
            print("begun", flush=True)
            {made}
        cache.Store(Path({str(root)!r})).obtain("etcd", {KEY!r}, make)
        print("done", flush=True)
    """
    checkout = Path(cache.__file__).parents[3]
    command = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=checkout)


def test_killed_build_leaves_nothing_that_is_used(store: cache.Store) -> None:
    with builder(store.root, "time.sleep(60)") as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "begun\n"
        killed.send_signal(signal.SIGKILL)
    assert not store.holds("etcd", KEY)
    entry = store.obtain("etcd", KEY, fill)
    assert not (entry / "half").exists()
    assert not any((store.root / ".unfinished").iterdir())


def test_two_processes_make_an_entry_once(store: cache.Store) -> None:
    waited: list[None] = []
    with builder(store.root, "time.sleep(1.5)") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "begun\n"
        entry = store.obtain("etcd", KEY, never, lambda: waited.append(None))
        assert other.stdout.readline() == "done\n"
    assert (entry / "half").exists()
    assert waited


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"CLUSTERSPEC_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, "/a/clusterspec"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/clusterspec"),
        ({"HOME": "/h"}, "/h/.cache/clusterspec"),
    ],
)
def test_place_of_the_cache(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("CLUSTERSPEC_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert os.fspath(cache.default_root()) == expected
