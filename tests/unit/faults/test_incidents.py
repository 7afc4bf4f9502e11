"""Each cause is told by its own observation, and by no other's; a well platform tells none."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import pytest

from diagnosis import facts
from diagnosis.scenario import Name
from faults import incidents
from faults.incidents import Evidence
from faults.platform import Platform
from tests.unit.faults import cases_of_access

WELL = Platform(workloads=cases_of_access.WORKLOADS, plan=cases_of_access.PLAN, **cases_of_access.WELL)
KNOWN = {each.slug: each for each in incidents.not_yet_converted()}
UNNAMED = Name("", "")
TOLD = {
    slug
    for slug, incident in KNOWN.items()
    # What only a repository tells, the fixtures of the rules prove: each of them is a word about one scenario.
    if incident.told_by is not incidents.never and "contradicted" not in incident.told_by.__qualname__
}


def changed(**fields: Any) -> Platform:
    """The well platform with some entries of some tables changed; None takes an entry away."""
    tables: dict[str, Any] = {}
    for field, entries in fields.items():
        table = {**getattr(WELL, field), **entries} if isinstance(entries, Mapping) else entries
        if isinstance(table, Mapping):
            table = {key: value for key, value in table.items() if value is not None}
        tables[field] = table
    return dataclasses.replace(WELL, **tables)


CASES: dict[str, tuple[Platform, str]] = {
    "sealedsecret-wrong-keypair": (WELL, "the sealing key pair: RSA 4096"),
    "sealing-certificate-ending": (WELL, "the sealing certificate: until 2026-12-04; assert not_after"),
    **{slug: (changed(**tables), said) for slug, (tables, said) in cases_of_access.CASES.items()},
}


def test_every_cause_that_can_be_told_has_a_case() -> None:
    assert set(CASES) == TOLD


@pytest.mark.parametrize("slug", CASES)
def test_a_cause_is_told_by_its_own_observation_and_no_other(slug: str) -> None:
    seen, said = CASES[slug]
    told = {each for each in TOLD if KNOWN[each].told_by(Evidence(UNNAMED, said, seen))}
    assert told == {slug}


@pytest.mark.parametrize(
    ("slug", "said", "told"),
    [
        ("backup-overdue", "the last success of a/b: by '1 3 * * *', last succeeded at 2026-11-24", False),
        ("backup-overdue", "the age of the last success of a/b: 24 h, which is young enough", False),
        ("backup-overdue", "the last success of a/b: by '1 3 * * *', suspended, last succeeded at …", True),
        ("backup-overdue", "the age of the last success of a/b: never", True),
        ("backup-useless", "the snapshots: /snapshots/vault-1.snap of 2026-11-24, 40960 bytes", False),
        ("backup-useless", "expected: the restored server is unsealed; now: Vault refused (503)", False),
        ("backup-useless", "cannot observe a restored Vault from the pod vault/drill: no archive", True),
    ],
)
def test_a_backup_is_blamed_for_what_was_seen_of_it(slug: str, said: str, *, told: bool) -> None:
    assert KNOWN[slug].told_by(Evidence(UNNAMED, said, WELL)) is told


def test_a_well_platform_tells_nothing() -> None:
    assert [slug for slug in TOLD if KNOWN[slug].told_by(Evidence(UNNAMED, "assert 1 == 2", WELL))] == []


def test_a_platform_that_nobody_saw_tells_nothing() -> None:
    assert [slug for slug in TOLD if KNOWN[slug].told_by(Evidence(UNNAMED, "", Platform()))] == []


def test_a_look_survives_the_record() -> None:
    assert facts.decode(json.loads(json.dumps(facts.encode(WELL)))) == WELL
