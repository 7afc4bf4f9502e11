"""Observations go on record where they are made."""

from __future__ import annotations

from typing import Protocol, TypeVar

import pytest

from probes.vantage import Vantage
from steps.wiring import Observed

T = TypeVar("T")
WORKSTATION = "the operator's workstation"


class Seen(Protocol):
    """Puts an observation on record and hands it on."""

    def __call__(self, what: str, value: T, vantage: str | Vantage = WORKSTATION) -> T:
        """Record that `what` was seen to be `value`, from this place; return the value."""
        ...


@pytest.fixture
def seen(observed: Observed) -> Seen:
    """Put an observation on record and go on with it: a step looks, and judges what was recorded."""

    def put(what: str, value: T, vantage: str | Vantage = WORKSTATION) -> T:
        observed(what, value, vantage)
        return value

    return put
