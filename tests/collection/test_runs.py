"""A run as a whole: what it builds, in which order scenarios take their turns, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from probes.waiting import Patience, eventually
from tests.collection.conftest import FEATURE, INVENTORY, STEPS, Suite

HOT = 'assert kettle["degrees"] > 90'
WAIT = STEPS.replace(
    HOT, 'eventually(lambda: 20, lambda seen: seen > 90, expected="hot water", patience="slow")'
).replace("def hot(kettle)", "def hot(kettle, eventually)")
EXISTING = (
    INVENTORY.replace('provider = "lab"', 'provider = "existing"\nkubeconfig = "admin"').replace(
        'kind = "namespace"', 'kind = "local"'
    )
    + '\n[credentials.admin]\nenvironment = "KUBECONFIG"\n'
)


def profile(name: str, said: str) -> str:
    return FEATURE.replace("@conformance", f"@{name}").replace("It is hot", said)


def test_the_target_is_built_once_and_removed(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.add("water/pot", profile("conformance", "It is warm"))
    result = suite.run("--html", "page.html", "--self-contained-html")
    assert suite.built == 1
    assert (suite.root / "destroyed").exists()
    assert [(each["layer"], each["unit"], each["outcome"]) for each in suite.record()["phases"]] == [
        ("00-persistent-auth", "keys", "ready"),
        ("01-infrastructure", "etcd", "ready"),
        ("02-services", "metallb", "ready"),
    ]
    assert "01-infrastructure/etcd" in result.stdout.str()
    assert "test_it_is_hot" in (suite.root / "page.html").read_text(), "pytest-html stays usable"
    assert not list(suite.root.glob("reports/out/runs/*/turns"))


def test_keep_leaves_it(suite: Suite) -> None:
    suite.add("water/kettle")
    assert suite.run("--keep", "--no-report").ret == 0
    assert suite.built == 1
    assert not (suite.root / "destroyed").exists()
    assert not (suite.root / "reports").exists(), "--no-report leaves nothing"


def test_nothing_is_built_for_scenarios_that_do_not_look_at_it(suite: Suite) -> None:
    suite.add("water/kettle", steps=STEPS.replace("def kettle(target)", "def kettle()"))
    assert suite.run().ret == 0
    assert suite.built == 0


def test_ordinary_tests_build_and_record_nothing(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.write("tests/test_sums.py", "def test_sum():\n    assert 1 + 1 == 2\n")
    suite.write("inventories/lab.toml", "nonsense")
    suite.run("tests").assert_outcomes(passed=1)
    assert not (suite.root / "reports").exists()


def test_a_broken_bootstrap_is_said_once_and_nothing_is_run(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.add("water/pot", profile("conformance", "It is warm"))
    result = suite.run("--trouble", "broken")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert suite.verdicts() == {"It is hot": "not-run", "It is warm": "not-run"}
    reasons = {each["reason"] for each in suite.record()["scenarios"]}
    assert reasons == {"unit 'etcd' (layer 01-infrastructure) did not become ready"}
    text = result.stdout.str()
    assert "not run (2): Unit 'etcd'" in text or "not run (2): unit 'etcd'" in text
    assert "2 not-run" in result.stdout.lines[-1]
    assert "Traceback" not in text
    (log,) = suite.root.glob("reports/out/runs/*/evidence/provisioning/*")
    assert (log.name, log.read_text()) == ("etcd-current.log", "no leader, no cry")
    assert f"kept of it: {log}" in text
    assert "passed" not in result.stdout.lines[-1]
    assert (suite.root / "destroyed").exists()
    assert [each["outcome"] for each in suite.record()["phases"]] == ["ready", "failed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--inventory", "inventories/none.toml"), "no such file"),
        (("--target", "cloud"), "invalid choice: 'cloud'"),
        (("--fault", "gremlin"), "there is no fault 'gremlin'"),
        (("--trouble", "no-root"), "this is not root"),
    ],
    ids=["inventory", "target", "fault", "machine"],
)
def test_what_the_user_must_change_is_one_clear_error_before_anything_starts(
    suite: Suite, arguments: tuple[str, ...], said: str
) -> None:
    suite.add("water/kettle")
    result = suite.run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()
    assert "Traceback" not in result.stderr.str() + result.stdout.str()
    assert suite.built == 0
    assert not list(suite.root.glob("reports/out/runs/*/run.json"))


def test_an_existing_cluster_is_neither_built_nor_destroyed(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.write("inventories/lab.toml", EXISTING)
    assert suite.run().ret == 0
    assert suite.built == 0
    assert not (suite.root / "destroyed").exists()


def test_an_existing_cluster_that_does_not_answer_is_a_finding(suite: Suite) -> None:
    suite.add("water/kettle")
    suite.write("inventories/lab.toml", EXISTING)
    assert suite.run("--trouble", "unreachable").ret == pytest.ExitCode.TESTS_FAILED
    assert suite.verdicts() == {"It is hot": "not-run"}


def test_an_existing_cluster_is_not_disrupted_without_its_name(suite: Suite) -> None:
    suite.add("water/kettle", profile("disruptive", "It is cooled"))
    suite.write("inventories/lab.toml", EXISTING)
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--confirm-target fake" in result.stderr.str()


def test_turns_are_taken_in_order(suite: Suite) -> None:
    suite.add("a/last", profile("disruptive", "C"))
    suite.add("b/middle", profile("planned", "B"))
    suite.add("c/first", profile("bootstrap", "A"))
    result = suite.run("-v")
    lines = [line.split("::")[1].split()[0] for line in result.stdout.lines if line.startswith("steps/")]
    assert lines == ["test_a", "test_b", "test_c"]


def test_the_bootstraps_of_the_run_are_told_to_steps(suite: Suite) -> None:
    steps = STEPS.replace("def hot(kettle)", "def hot(bootstrap_runs, provider, target)").replace(
        HOT,
        "provider.destroy(); again = provider.build()\n"
        "    assert [(run.from_nothing, run.planned, len(run.phases)) for run in bootstrap_runs] == "
        '[(True, ("keys", "etcd", "metallb"), 3)]',
    )
    suite.add("water/kettle", profile("bootstrap", "It is new"), steps)
    suite.add("water/pot")
    result = suite.run()
    assert result.ret == 0, result.stdout.str()
    assert [each["build"] for each in suite.record()["phases"]] == ["bootstrap 1"] * 3 + ["bootstrap 2"] * 3
    assert suite.built == 2


def test_a_long_wait_shows_its_progress(suite: Suite) -> None:
    suite.add("water/kettle", steps=WAIT)
    result = suite.run()
    assert "s of 2 s, It is hot: hot water; now: 20" in result.stdout.str()


def test_workers_take_turns_and_leave_the_same_record(suite: Suite) -> None:
    stamp = 'def kettle(target, request):\n    open("order", "a").write(request.node.name + "\\n")'
    steps = STEPS.replace("def kettle(target):", stamp)
    suite.add("a/last", profile("disruptive", "C"), steps)
    suite.add("b/slow", profile("conformance", "B"), WAIT)
    for number in range(3):
        suite.add(
            f"b/quick{number}", profile("conformance", f"B{number}"), steps.replace("90", f"{99 + number}")
        )
    suite.add("c/first", profile("bootstrap", "A"), steps)
    result = suite.run_alone("-n", "2")
    spread = suite.record()
    order = (suite.root / "order").read_text().split()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert (order[0], order[-1], len(order)) == ("test_a", "test_c", 5)
    assert suite.built == 1
    assert {each["worker"] for each in spread["scenarios"]} == {"gw0", "gw1"}
    assert "s of 2 s, B: hot water; now: 20" in result.stderr.str(), "progress from a worker"
    for file in suite.root.glob("reports/out/runs/*/run.json"):
        file.rename(suite.root / "spread.json")
    suite.run()
    assert essence(suite.record()) == essence(spread)


def essence(record: dict[str, Any]) -> list[Any]:
    """What must not depend on how the work was spread."""
    return sorted(
        (
            each["id"],
            each["verdict"],
            each["reason"],
            each["tags"],
            [(step["text"], step["verdict"], step["error"].split("looks")[0][:40]) for step in each["steps"]],
            [kept["name"] for kept in each["attachments"]],
        )
        for each in record["scenarios"]
    )


def test_a_worker_that_dies_is_unknown_and_nobody_waits_for_it(suite: Suite) -> None:
    suite.add(
        "a/first", profile("bootstrap", "A"), STEPS.replace(HOT, "import os; os._exit(9); assert kettle")
    )
    suite.add("b/second", profile("bootstrap", "B"))
    suite.add("c/last", profile("disruptive", "C"))
    result = suite.run_alone("-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    verdicts = suite.verdicts()
    assert verdicts["A"] == "unknown"
    assert set(verdicts.values()) <= {"unknown", "pass", "not-run"}
    assert not suite.record()["interrupted"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_keeps_what_was_seen_and_removes_what_was_built(suite: Suite, number: int) -> None:
    suite.add("a/kettle", FEATURE)
    suite.add("b/slow", profile("conformance", "It takes long"), STEPS.replace(HOT, "input(); assert kettle"))
    suite.add("c/pot", profile("conformance", "It is warm"))
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-s"],
        cwd=suite.root,
        env=os.environ | suite.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    eventually(
        lambda: running(suite),
        lambda names: names == ["It takes long"],
        expected="the second scenario runs",
        patience=Patience(within=60.0, every=0.1),
    )
    os.kill(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    assert suite.verdicts() == {"It is hot": "pass", "It takes long": "unknown", "It is warm": "not-run"}
    assert (suite.root / "destroyed").exists()
    assert suite.results()["verdict"] != "pass"
    assert suite.record()["interrupted"]


def running(suite: Suite) -> list[str]:
    """The scenarios that have begun and not ended, by the record of a run that is going on."""
    if not list(suite.root.glob("reports/out/runs/*/run.json")):
        return []
    return [each["name"] for each in suite.record()["scenarios"] if each["verdict"] == "unknown"]
