"""Evidence is bounded, redacted, and honest about what is missing."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from reports import attachments
from reports.attachments import BINARY_LIMIT, TEXT_LIMIT, Evidence, content
from reports.model import Attachment
from reports.redaction import Redactor
from tests.unit.reports.made import picture

SECRET = "correct-horse-battery"


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path, Redactor([("vault password", SECRET)]))


def test_a_short_text_stands_in_the_record(evidence: Evidence) -> None:
    kept = evidence.attach("s", "log", "two\nlines")
    assert (kept.text, kept.path, kept.note, kept.size) == ("two\nlines", "", "", 9)


def test_a_long_text_is_a_file_of_the_run(evidence: Evidence, tmp_path: Path) -> None:
    kept = evidence.attach("s", "kubelet.log", "line\n" * 1000)
    assert kept.text == ""
    assert kept.path.startswith("evidence/s-")
    assert kept.path.endswith(".log")
    assert content(tmp_path, kept) == b"line\n" * 1000


def test_a_text_beyond_the_limit_keeps_both_ends_and_says_what_is_missing(
    evidence: Evidence, tmp_path: Path
) -> None:
    kept = evidence.attach("s", "log", f"first {'x' * TEXT_LIMIT} last")
    said = content(tmp_path, kept)
    assert said
    assert said.startswith(b"first")
    assert said.endswith(b"last")
    assert kept.note == f"11 of {TEXT_LIMIT + 11:,} characters are left out, in the middle."
    assert kept.size == TEXT_LIMIT + 11


def test_a_secret_across_the_cut_is_redacted_before_it_is_cut(evidence: Evidence, tmp_path: Path) -> None:
    at = TEXT_LIMIT * 2 // 3 - 5
    said = content(tmp_path, evidence.attach("s", "log", "x" * at + SECRET + "y" * TEXT_LIMIT))
    assert said
    assert SECRET[:5].encode() not in said


def test_text_is_redacted_whatever_its_type(evidence: Evidence) -> None:
    kept = evidence.attach("s", f"{SECRET}.json", f'{{"a": "{SECRET}"}}'.encode(), "application/json")
    assert kept.text == '{"a": "[redacted: vault password]"}'
    assert SECRET not in kept.name


def test_bytes_that_are_no_utf8_are_spelled_and_said(evidence: Evidence) -> None:
    kept = evidence.attach("s", "log", b"caf\xe9 \x00\x1b[31mred\x1b[0m", "text/plain")
    assert kept.text == "caf\\xe9 \\x00red"
    assert "not valid UTF-8" in kept.note


def test_a_picture_is_kept_whole(evidence: Evidence, tmp_path: Path) -> None:
    kept = evidence.attach("s", "screen", picture(), "image/png")
    assert kept.path.endswith(".png")
    assert content(tmp_path, kept) == picture()


def test_too_big_a_picture_is_not_kept_and_says_so(evidence: Evidence) -> None:
    kept = evidence.attach("s", "screen.png", b"\x89PNG" + b"\0" * BINARY_LIMIT, "image/png")
    assert (kept.path, kept.text) == ("", "")
    assert kept.note == "Not kept: 4.0 MiB is more than the limit of 4.0 MiB."


def test_a_binary_with_a_secret_is_withheld(evidence: Evidence) -> None:
    kept = evidence.attach("s", "core", b"\0" + SECRET.encode(), "application/octet-stream")
    assert (kept.note, kept.path) == ("Withheld: vault password was found in it.", "")


def test_an_archive_is_kept_without_its_secrets(evidence: Evidence, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("trace.network", f'{{"password": "unheard of", "said": "{SECRET}", "status": 200}}')
    kept = evidence.attach("s", "trace.zip", packed.getvalue(), "application/zip")
    with zipfile.ZipFile(tmp_path / kept.path) as archive:
        said = archive.read("trace.network").decode()
    assert json.loads(said) == {
        "password": "[redacted: value]",
        "said": "[redacted: vault password]",
        "status": 200,
    }


def test_a_scenario_has_a_budget(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "SCENARIO_LIMIT", 10_000)
    kept = [evidence.attach("greedy", f"{i}.bin", b"x" * 4000, "application/octet-stream") for i in range(3)]
    assert [bool(each.path) for each in kept] == [True, True, False]
    assert "has reached" in kept[2].note
    assert evidence.attach("modest", "a.bin", b"x" * 4000, "application/octet-stream").path


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "a\0b.txt", "x" * 5000, "", "..", "ünï.PNG"]
)
def test_no_name_leads_out_of_the_folder(evidence: Evidence, tmp_path: Path, name: str) -> None:
    kept = evidence.attach(name, name, "x" * 5000)
    assert (tmp_path / kept.path).resolve().is_relative_to(tmp_path.resolve())
    assert content(tmp_path, kept) == b"x" * 5000


def test_a_record_of_other_hands_cannot_reach_other_files(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("private")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "outside")
    for path in ("../outside", str(tmp_path / "outside"), "link", "missing"):
        assert content(folder, Attachment("x", path=path)) is None


def test_json_is_shown_indented_and_anything_else_as_it_is() -> None:
    assert attachments.pretty("application/json", '{"a":[1]}') == '{\n  "a": [\n    1\n  ]\n}'
    assert attachments.pretty("application/json", "{broken") == "{broken"
    assert attachments.pretty("text/plain", '{"a":1}') == '{"a":1}'
