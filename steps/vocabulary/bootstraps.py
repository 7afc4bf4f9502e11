"""The bootstraps of this run."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_bdd import given

from probes.outcomes import CannotObserve
from steps.wiring import Bootstrap, Target


@given("the platform was bootstrapped from nothing", target_fixture="bootstrap")
def bootstrapped_from_nothing(target: Target, bootstrap_runs: Sequence[Bootstrap]) -> Bootstrap:
    """Return the latest bootstrap of this run that began with nothing."""
    found = [run for run in bootstrap_runs if run.from_nothing]
    if not found:
        raise CannotObserve(
            "a bootstrap from nothing", "this run", f"{target.name} was there before: destroy it"
        )
    return found[-1]
