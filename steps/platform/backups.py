"""What cannot be made again is backed up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import parsers, scenarios, then

from probes import backups
from probes.backups import Runs
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen

scenarios("platform/backups.feature")


@then(
    parsers.parse("the job {namespace}/{job} last succeeded at most {hours:d} hours ago"),
    target_fixture="runs",
)
def job_has_succeeded(api: Api, seen: Seen, namespace: str, job: str, hours: int) -> Runs:
    runs = seen(f"the last success of {namespace}/{job}", backups.runs(api, namespace, job))
    assert runs is not None and runs.last is not None and _age(runs.last) <= timedelta(hours=hours)  # noqa: PT018
    return runs


def _age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment


@then("nobody has suspended it")
def job_goes_on(runs: Runs) -> None:
    assert not runs.suspended
