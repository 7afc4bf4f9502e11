"""What cannot be made again is backed up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import parsers, scenarios, then

from probes import backups
from probes.backups import Runs, Snapshot
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen
from steps.wiring import At

scenarios("platform/backups.feature")

ENOUGH = "young enough"


@then(
    parsers.parse("the job {namespace}/{job} last succeeded at most {hours:d} hours ago"),
    target_fixture="runs",
)
def job_has_succeeded(api: Api, seen: Seen, namespace: str, job: str, hours: int) -> Runs:
    runs = seen(f"the last success of {namespace}/{job}", backups.runs(api, namespace, job))
    age = seen(f"the age of the last success of {namespace}/{job}", _age(runs, hours))
    assert runs is not None and age.endswith(ENOUGH), age  # noqa: PT018
    return runs


def _age(runs: Runs | None, hours: int) -> str:
    """Put in words how long ago a job has succeeded, and whether that is young enough."""
    if runs is None or runs.last is None:
        return "no such job" if runs is None else "never"
    age = datetime.now(UTC) - runs.last
    return f"{age // timedelta(hours=1)} h, which is " + (
        ENOUGH if age <= timedelta(hours=hours) else "too long ago"
    )


@then("nobody has suspended it")
def job_goes_on(runs: Runs) -> None:
    assert not runs.suspended


@then(
    parsers.parse(
        "what {namespace}/{job} wrote in the last {hours:d} hours is there and not empty, where a node has it"
    )
)
def snapshot_is_there(api: Api, at_node: At, seen: Seen, namespace: str, job: str, hours: int) -> None:
    folder = seen(f"the folder of {namespace}/{job}", backups.folder(api, namespace, job))
    found = backups.snapshots_on(at_node(folder.node), folder.path) if folder else ()
    young = [one for one in seen("the snapshots", found) if one.size and _is_young(one, hours)]
    assert folder is None or young, "there is no snapshot of that age that is not empty"


def _is_young(snapshot: Snapshot, hours: int) -> bool:
    return datetime.now(UTC) - snapshot.taken <= timedelta(hours=hours)
