"""What cannot be made again is backed up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import parsers, scenarios, then

from probes import backups
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen

scenarios("platform/backups.feature")


@then(parsers.parse("the job {namespace}/{job} last succeeded at most {hours:d} hours ago"))
def job_has_succeeded(api: Api, seen: Seen, namespace: str, job: str, hours: int) -> None:
    last = seen(f"the last success of {namespace}/{job}", backups.last_success(api, namespace, job))
    assert last is not None, f"the job {namespace}/{job} does not exist, or has never succeeded"
    assert datetime.now(UTC) - last <= timedelta(hours=hours)
