"""What the figures of logins are made of."""

from __future__ import annotations

import pytest

from bench import first_login
from bench.logins import Measured
from provisioning.events import Outcome, PhaseEvent


def phase(unit: str, started: float, seconds: float, build: str = "b") -> PhaseEvent:
    return PhaseEvent(build, "02-services", unit, started, seconds, Outcome.READY)


def test_the_first_login_is_not_among_the_others() -> None:
    measured = Measured("gitea", 9.0, tuple(float(each) for each in range(1, 22)))
    assert (measured.p50, measured.p95) == (11.0, 20.0)


def test_of_one_login_there_is_one_figure() -> None:
    assert Measured("gitea", 9.0, (2.0,)).p95 == 2.0


def test_what_had_to_be_waited_for_is_what_was_ready_last() -> None:
    phases = {
        each.unit: each
        for each in (
            phase("vault", 0, 5),
            phase("provider", 0, 9),
            phase("secrets", 5, 1),
            phase("gitea", 9, 4),
        )
    }
    needs = {"gitea": ("provider", "secrets", "of another layer"), "secrets": ("vault",)}
    assert [each.unit for each in first_login.critical(phases, needs, "gitea")] == ["provider", "gitea"]


def test_the_build_from_nothing_is_the_one_with_the_most_units() -> None:
    found = first_login.of_one_build(
        [phase("a", 0, 1, "one"), phase("b", 1, 1, "one"), phase("a", 9, 1, "two")]
    )
    assert {name: each.started for name, each in found.items()} == {"a": 0, "b": 1}


def test_without_logins_nothing_is_claimed() -> None:
    assert Measured("gitea", 1.0, ()).p50 != pytest.approx(1.0)
