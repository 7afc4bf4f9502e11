"""etcd is backed up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pytest_bdd import parsers, scenarios, then

from probes import planned
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen

scenarios("planned/backups.feature")

NAMESPACE = "kube-system"


@then(parsers.parse("the job {job} last succeeded at most {hours:d} hours ago"))
def job_has_succeeded(api: Api, seen: Seen, job: str, hours: int) -> None:
    last = seen(f"the last success of {NAMESPACE}/{job}", planned.last_success(api, NAMESPACE, job))
    assert last is not None, f"the job {NAMESPACE}/{job} does not exist, or has never succeeded"
    assert datetime.now(UTC) - last <= timedelta(hours=hours)
