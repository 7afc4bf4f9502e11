from __future__ import annotations

import pytest

from probes import serials
from probes.dns import Answer
from probes.outcomes import Refused
from probes.serials import Ahead, Broken, InStep, Lag, Late, Soa, Standing

TOP = 2**32 - 1


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [(2, 1, True), (1, 2, False), (1, 1, False), (0, TOP, True), (TOP, 0, False), (2**31 - 1, 0, True)],
)
def test_serials_wrap_around(one: int, other: int, newer: bool) -> None:  # noqa: FBT001
    assert serials.newer(one, other) is newer


def standing(primary: int, secondary: int, age: float, latest: int | None = None) -> Standing:
    return serials.lag(
        primary, secondary, refresh=10.0, retry=5.0, first_seen=100.0, now=100.0 + age, latest=latest
    )


def test_a_secondary_that_has_the_serial_is_in_step_however_late() -> None:
    assert standing(7, 7, 1000.0) == InStep(7)
    assert standing(0, 0, 0.0) == InStep(0)


def test_a_secondary_that_is_behind_lags_then_is_late_then_broken() -> None:
    assert standing(7, 6, 0.0) == Lag(7, 6)
    assert standing(7, 6, 9.9) == Lag(7, 6)
    assert standing(7, 6, 10.0) == Late(7, 6)
    assert standing(7, 6, 14.9) == Late(7, 6)
    assert standing(7, 6, 15.0) == Broken(7, 6)
    assert standing(0, TOP, 20.0) == Broken(0, TOP)


def test_a_secondary_that_has_more_than_the_primary_is_told_apart() -> None:
    assert standing(7, 8, 0.0) == Ahead(7, 8)
    # The primary has gone on since its serial was taken.
    assert standing(7, 8, 0.0, latest=8) == InStep(8)
    assert standing(7, 9, 0.0, latest=8) == Ahead(8, 9)


def test_they_read_as_phrases() -> None:
    assert str(standing(7, 6, 4.0)) == "behind: 6 instead of 7; within its budget, which is over in 6 s"
    assert str(standing(7, 6, 20.0)) == "replication is broken: 6 instead of 7 for 20 s"
    assert "ahead of its primary" in str(standing(7, 8, 0.0))
    assert str(standing(7, 7, 0.0)) == "in step at serial 7"
    assert str(standing(7, 6, 11.0)).startswith("late: 6 instead of 7")


def test_the_soa_of_an_answer() -> None:
    answer = Answer("NOERROR", ("example. SOA ns1.example. hostmaster.example. 41 10800 3600 604800 60",))
    assert serials.soa(answer) == Soa("ns1.example.", "hostmaster.example.", 41, 10800, 3600, 604800, 60)
    assert str(serials.soa(answer)) == "serial 41, refresh 10800 s, retry 3600 s, from ns1.example."
    assert serials.soa(Answer("NXDOMAIN")) is None
    assert serials.soa(Refused()) is None
