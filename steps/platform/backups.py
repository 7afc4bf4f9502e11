"""What cannot be made again is backed up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pytest_bdd import given, parsers, scenarios, then

from inventory import Planned
from probes import backups
from probes.backups import Runs, Snapshot
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen
from steps.wiring import At

scenarios("platform/backups.feature")

ENOUGH = "young enough"


class Job(NamedTuple):
    """A CronJob."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return "/".join(self)


@given(parsers.parse("the job that takes snapshots of {store}"), target_fixture="job")
def job_of(inventory: Planned, store: str) -> Job:
    return Job(*inventory.backups.job(store.lower()))


@then(parsers.parse("it last succeeded at most {hours:d} hours ago"), target_fixture="runs")
def job_has_succeeded(api: Api, seen: Seen, job: Job, hours: int) -> Runs | None:
    runs = seen(f"the last success of {job}", backups.runs(api, *job))
    assert seen(f"the age of the last success of {job}", _age(runs, hours)).endswith(ENOUGH)
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
def job_goes_on(runs: Runs | None) -> None:
    assert runs is not None and not runs.suspended  # noqa: PT018


@then(parsers.parse("what it wrote in the last {hours:d} hours is there and not empty, where a node has it"))
def snapshot_is_there(api: Api, at_node: At, seen: Seen, job: Job, hours: int) -> None:
    folder = seen(f"the folder of {job}", backups.folder(api, *job))
    found = seen("the snapshots", folder and backups.snapshots_on(at_node(folder.node), folder.path))
    assert found is None or any(one.size and _is_young(one, hours) for one in found)


def _is_young(snapshot: Snapshot, hours: int) -> bool:
    return datetime.now(UTC) - snapshot.taken <= timedelta(hours=hours)
