"""A fault is written down before it is done, undone on every way out, and found again by the next run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from faults import injection, journal
from faults.injection import CannotInject, injected, mend_leftovers
from probes.outcomes import CannotObserve
from probes.waiting import Patience
from provisioning.target import Target
from tests.unit.faults.made import Recording, fault, shows, target

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(injection, "SHOWS", Patience(within=1.0, every=0.01))
    monkeypatch.setattr(injection, "MENDS", Patience(within=1.0, every=0.01))


def test_the_journal_has_the_fault_for_as_long_as_it_is_there(tmp_path: Path) -> None:
    kind = Recording()
    with injected(fault(kind), target(), tmp_path / "faults"):
        (file,) = (tmp_path / "faults").glob("*.json")
        assert json.loads(file.read_text())["memo"] == {"was": 7}
        assert kind.broken
    assert kind.done == ["before", "break 7", "mend 7"]
    assert not (tmp_path / "faults").exists()


def test_an_error_in_between_is_mended_and_passed_on(tmp_path: Path) -> None:
    kind = Recording()
    with pytest.raises(ZeroDivisionError), injected(fault(kind), target(), tmp_path):
        raise ZeroDivisionError
    assert not kind.broken


def test_half_a_fault_is_mended(tmp_path: Path) -> None:
    kind = Recording(break_fails=True)
    with pytest.raises(OSError, match="half way"), injected(fault(kind), target(), tmp_path):
        pytest.fail("it was not broken as said")
    assert kind.done[-1] == "mend 7"


def test_what_is_not_available_is_not_touched(tmp_path: Path) -> None:
    kind = Recording(why_not="there is nothing to break")
    with (
        pytest.raises(CannotInject, match="there is nothing to break"),
        injected(fault(kind), target(), tmp_path),
    ):
        pytest.fail("it cannot be there")
    assert kind.done == []


def test_what_would_change_nothing_cannot_be_injected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def before(_self: Recording, _target: Target) -> dict[str, int]:
        raise LookupError("nothing that would change")

    monkeypatch.setattr(Recording, "before", before)
    kind = Recording()
    with (
        pytest.raises(CannotInject, match="nothing that would change"),
        injected(fault(kind), target(), tmp_path),
    ):
        pytest.fail("it cannot be there")
    assert kind.done == []


def test_mending_is_tried_again(tmp_path: Path) -> None:
    kind = Recording(mend_fails=2)
    with injected(fault(kind), target(), tmp_path):
        pass
    assert kind.done.count("mend 7") == 3
    assert not kind.broken


def test_what_cannot_be_mended_stays_in_the_journal(tmp_path: Path) -> None:
    kind = Recording(mend_fails=1000)
    with pytest.raises(CannotObserve, match="not now"), injected(fault(kind), target(), tmp_path):
        pass
    assert [file.name for file in tmp_path.glob("*.json")] == ["something_broken.json"]


def test_a_fault_that_is_not_felt_is_none(tmp_path: Path) -> None:
    kind = Recording()
    with (
        pytest.raises(CannotInject, match="not felt"),
        injected(fault(kind, shows([False])), target(), tmp_path),
    ):
        pytest.fail("nothing hurts")
    assert not kind.broken


def test_a_symptom_that_is_there_before_proves_nothing(tmp_path: Path) -> None:
    kind = Recording()
    with (
        pytest.raises(CannotInject, match="it hurts already"),
        injected(fault(kind, shows([True])), target(), tmp_path),
    ):
        pytest.fail("it hurt before")
    assert kind.done == []


def test_the_symptom_must_be_gone_in_the_end(tmp_path: Path) -> None:
    with injected(fault(Recording(), shows([False, False, True, True, True, False])), target(), tmp_path):
        pass
    with (
        pytest.raises(AssertionError, match="no longer: it hurts"),
        injected(fault(Recording(), shows([False, True])), target(), tmp_path),
    ):
        pass


def test_the_same_fault_twice_is_refused(tmp_path: Path) -> None:
    outer, inner = Recording(), Recording()
    with injected(fault(outer), target(), tmp_path):
        with (
            pytest.raises(CannotInject, match="is in the target already"),
            injected(fault(inner), target(), tmp_path),
        ):
            pytest.fail("it is there twice")
        assert outer.broken
    assert "mend 7" not in inner.done


def _leave(folder: Path, slug: str, killed_by: int = signal.SIGKILL, identity: str = "") -> None:
    """Have another process write an entry and die without a chance to mend."""
    script = (
        "import os, sys; from pathlib import Path; from faults import journal\n"
        f"with journal.entry(Path({str(folder)!r}), {slug!r}, {{'was': 7}}, {identity!r}):\n"
        f"    os.kill(os.getpid(), {int(killed_by)})\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert done.returncode == -killed_by


def test_what_a_killed_run_left_is_mended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave(tmp_path, "something_broken")
    kind = Recording(broken=True)
    monkeypatch.setattr(injection, "discover", lambda: {"something_broken": fault(kind)})
    assert mend_leftovers(target(), tmp_path) == ("something_broken",)
    assert kind.done == ["mend 7"]
    assert mend_leftovers(target(), tmp_path) == ()


@pytest.mark.parametrize("lasting", [False, True])
def test_of_a_target_that_was_built_anew_only_layer_00_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, lasting: bool
) -> None:
    _leave(tmp_path, "something_broken", identity="of the one before")
    kind = Recording(broken=True, outlives_rebuild=lasting)
    monkeypatch.setattr(injection, "discover", lambda: {"something_broken": fault(kind)})
    assert mend_leftovers(target(), tmp_path) == (("something_broken",) if lasting else ())
    assert kind.done == (["mend 7"] if lasting else [])
    assert list(tmp_path.glob("*.json")) == []


def test_a_leftover_that_cannot_be_mended_is_said_in_words_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave(tmp_path, "something_broken")
    kind = Recording(broken=True, mend_fails=1000)
    monkeypatch.setattr(injection, "discover", lambda: {"something_broken": fault(kind)})
    with pytest.raises(CannotInject, match=r"could not be mended[\s\S]*make lab-down"):
        mend_leftovers(target(), tmp_path)
    assert (tmp_path / "something_broken.json").exists()


def test_what_somebody_looks_after_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Recording()
    monkeypatch.setattr(injection, "discover", lambda: {"something_broken": fault(kind)})
    with injected(fault(kind), target(), tmp_path):
        assert mend_leftovers(target(), tmp_path) == ()
        assert kind.broken


def test_a_fault_that_nobody_knows_is_said_and_kept(tmp_path: Path) -> None:
    _leave(tmp_path, "of_another_checkout")
    with pytest.raises(CannotInject, match=r"of_another_checkout\.json"):
        mend_leftovers(target(), tmp_path)
    assert (tmp_path / "of_another_checkout.json").exists()


def test_a_slug_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can not name a fault"), journal.entry(tmp_path, "../x", {}):
        pass
    assert list(tmp_path.iterdir()) == []


def test_nobody_sees_half_an_entry(tmp_path: Path) -> None:
    (tmp_path / f".something_broken.{os.getpid() + 1}").write_text('{"fault": ')
    with journal.abandoned(tmp_path) as entries:
        assert entries == ()
