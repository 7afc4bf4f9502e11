"""What things are called, and which of those that are found were left behind."""

from __future__ import annotations

import re

from tests.unit.workbench.notes import ALIVE, DEAD, EVERYBODY_S, OLD, OWN, RUN, YOUNG
from workbench.run import Run


def test_a_name_is_a_label_of_dns_that_nothing_else_has() -> None:
    one, other = RUN.new_name(), RUN.new_name()
    assert one != other
    assert re.fullmatch(r"clusterspec-[0-9a-f]{8}-abc123-gw1x\d+", one)
    assert len(Run("20251210T210411Z-abc123", "gw999").new_name()) <= 40
    assert re.fullmatch(r"clusterspec-[0-9a-f]{8}-bench-gwx1", Run("bench").new_name())


def test_of_all_that_is_found_only_what_other_runs_left_is_left() -> None:
    assert [name for name in EVERYBODY_S if RUN.is_left(name)] == [DEAD, OLD]
    assert RUN.is_left(f"kube-system/{DEAD}")


def test_of_a_run_that_is_not_known_only_the_age_tells() -> None:
    alone = Run("20251210T210411Z-abc123")
    assert [name for name in (ALIVE, DEAD, OLD, YOUNG, OWN) if alone.is_left(name)] == [ALIVE, OLD]


def test_a_name_of_this_run_is_never_left() -> None:
    assert not Run("any-dead01", is_over=lambda _: True).is_left(DEAD)
    assert not RUN.is_left(RUN.new_name())
