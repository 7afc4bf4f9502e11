"""How artifacts are obtained: what is told about each, and when Go's own cache may go."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from provisioning.lab.artifacts import build, cache, gobuild, pins, places, source, toolchain
from provisioning.lab.artifacts.__main__ import main
from provisioning.lab.artifacts.progress import State, Task, Tick

KEY = cache.key({"input": b"1"})


@pytest.fixture
def place(tmp_path: Path) -> places.Place:
    return places.Place(tmp_path)


def obtain(place: places.Place, make: cache.Make) -> list[tuple[State, str]]:
    ticks: list[Tick] = []
    task = Task(ticks.append, "etcd", 1, 1)
    with contextlib.suppress(RuntimeError):
        places.obtain("etcd", KEY, make, place, task)
    return [(tick.state, tick.detail) for tick in ticks]


def fill(folder: Path) -> None:
    (folder / "etcd").write_bytes(b"program")


def fail(_: Path) -> None:
    raise RuntimeError


def test_what_is_told_about_an_artifact(place: places.Place) -> None:
    entry = str(place.store.entry("etcd", KEY))
    assert obtain(place, fail) == [(State.BUILDING, ""), (State.FAILED, "RuntimeError")]
    assert obtain(place, fill) == [(State.BUILDING, ""), (State.BUILT, entry)]
    assert obtain(place, fill) == [(State.CACHED, entry)]
    Path(entry, "etcd").write_bytes(b"Program")
    told = "the cached one is damaged: etcd has changed"
    assert obtain(place, fill) == [(State.BUILDING, told), (State.BUILT, entry)]


def test_gos_cache_stays_while_anybody_builds(place: places.Place) -> None:
    with gobuild.using(place.build_cache):
        assert not gobuild.discard(place.build_cache)
        assert place.build_cache.exists()
    assert gobuild.discard(place.build_cache)
    assert not place.build_cache.exists()


def test_programs_get_the_labs_names(tmp_path: Path) -> None:
    binaries = {"etcd": "go.etcd.io/etcd/server/v3", "kubelet": "k8s.io/kubernetes/cmd/kubelet"}
    for built in ("server", "kubelet"):
        (tmp_path / built).touch()
    gobuild._rename(binaries, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"etcd", "kubelet"}


def test_an_unknown_artifact_is_one_clear_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "nothing"]) == 1
    assert capsys.readouterr().err.startswith("error: no artifact is called 'nothing'\n  to do: name one of")


def test_an_unchanged_product_is_laid_out_already(tmp_path: Path) -> None:
    assert build.laid_out("etcd", tmp_path) == pins.MODULES / "etcd"
    assert not list(tmp_path.iterdir())


def test_a_changed_product_is_laid_out_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    product = tmp_path / "product"
    module = pins.load().module("external-secrets")
    for path in module.instead:
        (product / path).parent.mkdir(parents=True)
        (product / path).write_text("every cloud")
    monkeypatch.setattr(toolchain, "find", lambda _: None)
    monkeypatch.setattr(source, "original", lambda *_: product)
    for _ in range(2):
        folder = build.laid_out("external-secrets", tmp_path)
        assert (folder / "go.mod").resolve() == module.folder / "go.mod"
        assert "vault" in (folder / "product/pkg/provider/register/register.go").read_text()
        (folder / "go.work").touch()
    assert folder == tmp_path / "source" / "external-secrets"
