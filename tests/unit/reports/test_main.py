"""``python -m reports`` judges and renders a saved run again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reports import publish, store
from reports.__main__ import main
from reports.model import Observation, Verdict
from tests.unit.reports.made import pins, run, save, scenario, step

NEWER = run(scenario("a"), scenario("b", Verdict.FAIL), id="20251210T210411Z-0002")
OLDER = replace(run(scenario("a"), pins=pins(scenario("a"))), id="20251209T210411Z-0001")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    save(tmp_path, OLDER)
    save(tmp_path, NEWER)
    return tmp_path


def test_the_folder_of_runs_means_the_newest(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(out)]) == 1
    said = capsys.readouterr().out
    assert f"test-cluster, {NEWER.id}: 1 of 2 scenarios holds; 1 fails." in said
    assert "red: 1 scenario fails." in said
    assert json.loads((out / "results.json").read_text())["run_id"] == NEWER.id


@pytest.mark.parametrize("named", ["runs/{}", "runs/{}/run.json", "{}"])
def test_a_run_is_found_by_any_of_its_names(out: Path, named: str) -> None:
    assert main([str(out / named.format(OLDER.id))]) == 0
    assert (out / "runs" / OLDER.id / "index.html").exists()
    assert not (out / "index.html").exists(), "the page of the folder belongs to the newest run"


def test_a_run_that_was_moved_elsewhere_renders_in_its_place(out: Path, tmp_path: Path) -> None:
    moved = tmp_path / "mail"
    (out / "runs" / OLDER.id).rename(moved)
    assert main([str(moved)]) == 0
    assert (moved / "index.html").exists()


def test_the_pins_can_be_left_aside(out: Path) -> None:
    save(out, replace(OLDER, pins=pins(scenario("a"), scenario("b"))))
    assert main([str(out / OLDER.id)]) == 1
    assert main([str(out / OLDER.id), "--forget-pins"]) == 0


def test_what_is_no_run_is_one_clear_error(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(out / "nothing")]) == 2
    assert (
        f"is neither the folder of a run nor a folder with runs (saved runs: {NEWER.id}, {OLDER.id})"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": 2}', b"[" * 100_000])
def test_a_broken_record_is_one_clear_error(
    out: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (out / "runs" / NEWER.id / store.RUN_FILE).write_bytes(content)
    assert main([str(out)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_broken_record_of_an_earlier_run_does_not_hinder_a_later_one(out: Path) -> None:
    (out / "runs" / OLDER.id / store.RUN_FILE).write_text("{")
    assert main([str(out / NEWER.id)]) == 1


def test_only_runs_of_the_same_target_are_history(out: Path) -> None:
    save(out, replace(OLDER, id="20251208T210411Z-0003", target="live"))
    assert [each.id for each in publish.history(out, NEWER)] == [OLDER.id]


def test_half_written_files_and_strangers_are_no_runs(out: Path) -> None:
    (out / "runs" / "20251211T210411Z-0009").mkdir()
    (out / "runs" / "notes").mkdir()
    (out / "runs" / ".hidden").write_text("")
    assert [each.name for each in store.folders(out)] == [NEWER.id, OLDER.id]
    assert store.prune(out, keep=1) == [OLDER.id]
    assert (out / "runs" / "notes").exists()


def test_causes_are_named_again_from_a_saved_run(out: Path) -> None:
    def storage_class(name: str) -> dict[str, object]:
        fields = {"name": name, "provisioner": "x", "default": True}
        return {"type": "probes.storage.StorageClass", "fields": fields}

    seen = Observation("the storage classes", "whatever", fact=[storage_class("a"), storage_class("b")])
    red = scenario(
        "two defaults",
        Verdict.FAIL,
        id="storage-class-default",
        feature_file="features/storage/volumes.feature",
        steps=(step("Then it holds", Verdict.FAIL, error="it does not", observations=(seen,)),),
    )
    save(out, replace(run(red), id="20251211T210411Z-0004"))
    assert store.load(store.find(out)).scenarios[0].causes == ()
    assert main([str(out)]) == 1
    assert "A chart brought its own default class." in (out / "index.html").read_text()
    (told,) = json.loads((out / "results.json").read_text())["scenarios"]
    assert told["causes"] == ["second-default-class"]
