"""A run that is killed while something is broken on purpose: the next one mends it before it looks."""

from __future__ import annotations

from faults.injection import journal_of
from probes.waiting import Patience, eventually
from tests.kept import Kept

FAULT = "node_role_missing"
LONG, TURNED = "nodes-ready", "nodes-have-roles"


def test_what_a_killed_run_left_broken_is_mended_by_the_next(kept: Kept) -> None:
    journal = journal_of(kept.target()) / f"{FAULT}.json"
    run = kept.begin("-m", "conformance", faults=[FAULT], only=[LONG])
    try:
        eventually(
            journal.exists, bool, expected="the fault is there", patience=Patience(within=60.0, every=0.05)
        )
    finally:
        run.kill()
        run.communicate()
    assert journal.exists(), "the killed run has had no time to mend"
    after = kept.specification("-m", "conformance", only=[TURNED])
    assert after.verdicts == {TURNED: "pass"}, after.end
    assert not journal.exists()
