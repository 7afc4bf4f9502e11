"""The record while it is written: whole at every moment, redacted, and ready for what comes after a kill."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from reports import recorder as module
from reports import store
from reports.attachments import Evidence
from reports.judge import judge
from reports.model import Attachment, Observation, Phase, Run, Scenario, Verdict
from reports.recorder import NOT_REACHED, UNFINISHED, Recorder
from reports.redaction import WITHHELD, Redactor
from tests.unit.reports.made import at, run, save, scenario, step

ROOT = Path(__file__).parents[3]
RUN = replace(run(), id="20251210T210411Z-00aa", finished="")
SECRET = "correct-horse-battery"


def saved(out: Path, run_id: str = RUN.id) -> Run:
    return store.load(store.run_folder(out, run_id))


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    recorder = Recorder(tmp_path, Redactor([("vault password", SECRET)]))
    recorder.run_started(RUN)
    return recorder


def test_a_run_is_on_disk_after_each_event(recorder: Recorder, tmp_path: Path) -> None:
    assert saved(tmp_path).finished == ""
    recorder.phase(Phase("01-infrastructure", "etcd", at(0), 1.5, "ready"))
    assert [each.unit for each in saved(tmp_path).phases] == ["etcd"]
    recorder.collected([scenario("a"), scenario("b")])
    assert [(each.verdict, each.reason) for each in saved(tmp_path).scenarios] == [
        (Verdict.NOT_RUN, NOT_REACHED)
    ] * 2
    recorder.scenario_started(scenario("a"))
    assert saved(tmp_path).scenarios[0].reason == UNFINISHED
    assert saved(tmp_path).scenarios[0].verdict is Verdict.UNKNOWN
    recorder.scenario_finished(scenario("a"))
    assert saved(tmp_path).scenarios[0] == scenario("a")
    recorder.facts({"peak_memory_bytes": 3})
    recorder.problem("features/x.feature is bound to no test.")
    assert saved(tmp_path).facts == {"peak_memory_bytes": 3}
    assert saved(tmp_path).problems == ("features/x.feature is bound to no test.",)


def test_a_finished_run_is_judged_and_published(recorder: Recorder, tmp_path: Path) -> None:
    recorder.scenario_finished(scenario("a"))
    judged = recorder.run_finished()
    assert not judged.red
    for name in ("index.html", "results.json", "junit.xml", "cucumber.json"):
        assert (tmp_path / name).read_bytes() == (recorder.folder / name).read_bytes()
    assert saved(tmp_path).finished.endswith("Z")


def test_an_interrupted_run_says_so_everywhere(recorder: Recorder, tmp_path: Path) -> None:
    recorder.collected([scenario("a"), scenario("b")])
    recorder.scenario_finished(scenario("a"))
    judged = recorder.run_finished("Ctrl-C")
    assert judged.red
    assert judged.why_red == ("The run was interrupted: Ctrl-C.", "1 scenario was not run.")
    assert "interrupted: Ctrl-C" in (tmp_path / "index.html").read_text()


def test_the_page_belongs_to_the_newest_run_from_its_first_moment(tmp_path: Path) -> None:
    first = Recorder(tmp_path)
    first.run_started(replace(RUN, id="20251210T030000Z-0001"))
    first.scenario_finished(scenario("a"))
    assert not first.run_finished().red
    Recorder(tmp_path).run_started(RUN)
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["run_id"] == RUN.id
    assert results["red"]
    assert "did not come to its end" in (tmp_path / "index.html").read_text()


def test_an_older_run_that_ends_later_does_not_take_the_page(tmp_path: Path) -> None:
    older, newer = Recorder(tmp_path), Recorder(tmp_path)
    older.run_started(replace(RUN, id="20251210T030000Z-0001"))
    newer.run_started(RUN)
    older.run_finished()
    assert json.loads((tmp_path / "results.json").read_text())["run_id"] == RUN.id


KILLED = """
import sys
from pathlib import Path
from reports.recorder import Recorder
from tests.unit.reports.made import run, scenario
recorder = Recorder(Path(sys.argv[1]))
recorder.run_started(run(id="20251210T210411Z-00bb", finished=""))
recorder.collected([scenario(f"s{i}") for i in range(400)])
for i in range(400):
    recorder.scenario_started(scenario(f"s{i}"))
    recorder.scenario_finished(scenario(f"s{i}"))
    print(i, flush=True)
"""


@pytest.mark.parametrize("after", [0, 3, 57])
def test_a_run_killed_at_any_moment_is_readable_and_red(tmp_path: Path, after: int) -> None:
    program = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(
        program, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as child:
        assert child.stdout
        for line in child.stdout:
            if int(line) >= after:
                break
        time.sleep(after / 20_000)
        child.send_signal(signal.SIGKILL)
        done = int(line) + 1 + len(child.stdout.read().split())
    left = saved(tmp_path, "20251210T210411Z-00bb")
    assert len(left.scenarios) == 400
    passed = [each for each in left.scenarios if each.verdict is Verdict.PASS]
    assert done <= len(passed) <= done + 1
    judged = judge(left)
    assert judged.red
    assert "The run did not come to its end" in judged.why_red[0]


def test_a_scenario_recorded_twice_makes_the_run_red(recorder: Recorder) -> None:
    recorder.scenario_finished(scenario("a", Verdict.FAIL))
    recorder.scenario_finished(scenario("a"))
    assert recorder.run_finished().why_red == (
        "The scenario steps/made.py::a was recorded twice; a rerun is not a verdict.",
    )


def test_every_text_is_redacted(recorder: Recorder) -> None:
    said = f"the password is {SECRET}"
    shown = Observation(said, said, said, said)
    seen = step(
        f"Given {said}", error=said, expected=said, observed=said, table=((said,),), observations=(shown,)
    )
    recorder.scenario_finished(
        Scenario(
            said,
            said,
            said,
            Verdict.FAIL,
            said,
            said,
            said,
            said,
            said,
            said,
            (said,),
            steps=(seen,),
            attachments=(Attachment(said, text=said, note=said),),
            causes=(said,),
        )
    )
    recorder.phase(Phase(said, said, "", 0, said, said, said))
    recorder.update(
        lambda run: replace(run, identity=said, command=said, versions={said: said}, limits=(said,))
    )
    recorder.facts({said: said})
    recorder.problem(said)
    recorder.run_finished(said)
    for path in recorder.folder.parents[1].rglob("*.*"):
        assert SECRET.encode() not in path.read_bytes(), path
    assert saved(recorder.folder.parents[1]).facts == {
        "the password is [redacted: vault password]": "the password is [redacted: vault password]"
    }


def test_a_secret_learnt_late_is_taken_out_of_what_was_written_before(
    recorder: Recorder, tmp_path: Path
) -> None:
    recorder.scenario_finished(scenario("a", Verdict.FAIL, reason="token abcdefgh12345678 was refused"))
    recorder.redactor.know("token", "abcdefgh12345678")
    recorder.scenario_finished(scenario("b"))
    assert saved(tmp_path).scenarios[0].reason == "token [redacted: token] was refused"


def test_what_only_the_scan_sees_is_withheld_and_its_scenario_named(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Redactor, "text", lambda _, value: value)
    recorder.scenario_finished(scenario("leaky", Verdict.FAIL, reason=f"it is {SECRET}"))
    recorder.scenario_finished(scenario("other"))
    leaky, other = saved(tmp_path).scenarios
    assert (leaky.name, leaky.verdict) == ("leaky", Verdict.UNKNOWN)
    assert leaky.reason == "Its evidence is withheld: the secret vault password was found in it."
    assert other == scenario("other")


def test_when_redaction_breaks_the_text_is_gone(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise MemoryError

    monkeypatch.setattr(Redactor, "_redact", broken)
    recorder.scenario_finished(scenario("a"))
    assert saved(tmp_path).scenarios[0].feature == WITHHELD
    assert SECRET not in (recorder.folder / "run.json").read_text()


def test_a_document_with_a_secret_is_not_written_and_the_scenario_is_named(
    recorder: Recorder, tmp_path: Path
) -> None:
    evidence = Evidence(recorder.folder, Redactor())  # a process that does not know the secret
    attached = evidence.attach("leaky", "core", b"\x7f" + SECRET.encode(), "application/octet-stream")
    kept = recorder.folder / attached.path
    recorder.scenario_finished(scenario("leaky", attachments=(attached,)))
    recorder.scenario_finished(scenario("other"))
    assert kept.exists()
    judged = recorder.run_finished()
    assert judged.red
    assert not kept.exists()
    assert any("“leaky”" in reason and "vault password" in reason for reason in judged.why_red)
    for path in tmp_path.rglob("*.*"):
        assert SECRET.encode() not in path.read_bytes(), path


def test_a_leak_in_a_document_leaves_an_explanation_in_its_place(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.scenario_finished(scenario("a"))
    documents = module.publish.DOCUMENTS
    monkeypatch.setitem(documents, "index.html", lambda *_: f"<html>{SECRET}")
    monkeypatch.setitem(documents, "junit.xml", lambda *_: SECRET)
    judged = recorder.run_finished()
    assert judged.red
    assert not (tmp_path / "junit.xml").exists()
    page = (tmp_path / "index.html").read_text()
    assert "vault password" in page
    assert SECRET not in page
    assert json.loads((tmp_path / "results.json").read_text())["red"]


def test_a_document_that_breaks_does_not_take_the_others_with_it(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise KeyError("template")

    monkeypatch.setitem(module.publish.DOCUMENTS, "cucumber.json", broken)
    recorder.scenario_finished(scenario("a"))
    judged = recorder.run_finished()
    assert judged.why_red == ("cucumber.json could not be written: KeyError: 'template'.",)
    assert (tmp_path / "junit.xml").exists()
    assert "cucumber.json could not be written" in (tmp_path / "index.html").read_text()


def test_the_last_twenty_runs_stay_and_the_last_green_one(tmp_path: Path) -> None:
    for index in range(25):
        verdict = Verdict.PASS if index == 1 else Verdict.FAIL
        save(tmp_path, run(scenario("a", verdict), scenario("b"), id=f"20251201T0000{index:02d}Z-0000"))
    recorder = Recorder(tmp_path)
    recorder.run_started(RUN)
    recorder.scenario_finished(scenario("a", Verdict.FAIL))
    recorder.run_finished()
    kept = [folder.name for folder in store.folders(tmp_path)]
    assert len(kept) == 21
    assert kept[0] == RUN.id
    assert kept[-1] == "20251201T000001Z-0000"


def test_an_event_costs_little_in_a_long_run(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, Redactor((f"s{i}", f"secret-value-{i:04d}") for i in range(20)))
    recorder.run_started(RUN)
    recorder.collected(scenario(f"s{i}") for i in range(500))
    begun = time.perf_counter()
    for index in range(500):
        recorder.scenario_started(scenario(f"s{index}"))
        recorder.scenario_finished(scenario(f"s{index}"))
    each = (time.perf_counter() - begun) / 500
    assert each < 0.05, f"{each * 1000:.1f} ms"


def test_events_before_the_start_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="run_started"):
        _ = Recorder(tmp_path).folder
    with pytest.raises(ValueError, match="is no run id"):
        Recorder(tmp_path).run_started(replace(RUN, id="../../etc"))


def test_run_ids_sort_by_time() -> None:
    assert store.run_folder(Path("out"), store.new_run_id())
    assert store.new_run_id() != store.new_run_id()


def test_a_fact_is_redacted_in_keys_and_values_and_capped(recorder: Recorder, tmp_path: Path) -> None:
    small = {
        "type": "probes.x.Y",
        "fields": {"deep": [{"at": [f"x {SECRET}", 1, None, 1.5, True]}], SECRET: "y"},
    }
    seen = (Observation("a", "b", fact=small), Observation("c", "d", fact=["x" * 70_000]))
    recorder.scenario_finished(scenario("a", steps=(step("Then a", fact=small, observations=seen),)))
    recorder.run_finished()
    (kept,) = saved(tmp_path).scenarios[0].steps
    clean = ["x [redacted: vault password]", 1, None, 1.5, True]
    assert kept.fact["fields"] == {"deep": [{"at": clean}], "[redacted: vault password]": "y"}
    assert kept.observations[0].fact == kept.fact
    encoded = json.dumps(["x" * 70_000]).encode()
    left_out = {"bytes": len(encoded), "sha256": hashlib.sha256(encoded).hexdigest()}
    assert kept.observations[1].fact == {"left out": left_out}


def test_a_secret_that_is_learnt_later_is_taken_out_of_facts_too(recorder: Recorder, tmp_path: Path) -> None:
    fact = {"fields": ["a-later-secret"]}
    recorder.scenario_finished(scenario("a", steps=(step("Then a", fact=fact),)))
    recorder.redactor.know("later", "a-later-secret")
    recorder.run_finished()
    assert saved(tmp_path).scenarios[0].steps[0].fact == {"fields": ["[redacted: later]"]}
