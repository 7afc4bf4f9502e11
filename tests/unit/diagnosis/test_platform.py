"""What tells causes of secrets and of backups apart beside what their faults show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diagnosis.causes import discover
from diagnosis.look import Unseen
from probes.backups import NotRestored, Revision, Runs
from probes.outcomes import TimedOut
from tests.unit.diagnosis.by_hand_platform import MISSED, NOW, PLATFORM, REFUSED, SECRETS, job
from tests.unit.diagnosis.test_recordings import made


@pytest.mark.parametrize(
    ("changes", "overdue"),
    [
        ({"last": NOW - timedelta(hours=24)}, False),
        ({"last": NOW - timedelta(hours=26)}, True),
        ({"last": None}, True),
    ],
)
def test_a_backup_is_overdue_when_its_job_has_not_succeeded_for_a_day(
    changes: dict[str, object], *, overdue: bool
) -> None:
    assert discover()["backup-overdue"].matches(made([job(**changes)])) is overdue


def test_a_backup_of_which_nothing_was_seen_is_not_blamed() -> None:
    unseen = replace(PLATFORM, jobs=Unseen("no API"))
    assert not discover()["backup-overdue"].matches(made([unseen], [Runs("* * * * *", suspended=True)]))


@pytest.mark.parametrize(
    "observed", [Revision(1), NotRestored("a restored Vault", "the pod vault/drill", "no archive")]
)
def test_a_backup_is_useless_that_holds_nothing_or_cannot_be_restored(observed: object) -> None:
    assert discover()["backup-useless"].matches(made([], [observed]))


@pytest.mark.parametrize("cause", ["store-unauthenticated", "secret-not-synced", "vault-sealed"])
def test_neither_role_nor_path_is_blamed_where_vault_is_silent(cause: str) -> None:
    servers = dict.fromkeys(("instance-0", "instance-1", "instance-2"), TimedOut(3.0))
    assert not discover()[cause].matches(made([replace(SECRETS, servers=servers, asked=(MISSED,))]))
    silent = replace(SECRETS, servers=servers, stores=(REFUSED,), asked=(MISSED,))
    assert not discover()[cause].matches(made([silent]))
