"""Several places at once."""

from __future__ import annotations

from threading import Barrier

import pytest

from probes.outcomes import CannotObserve
from probes.together import at_once


def test_all_are_looked_at_at_the_same_time() -> None:
    meeting = Barrier(3, timeout=5.0)

    def look(place: str) -> str:
        meeting.wait()
        return place.upper()

    assert list(at_once(look, ("c", "a", "b")).items()) == [("c", "C"), ("a", "A"), ("b", "B")]


def test_nowhere_is_nothing() -> None:
    assert at_once(str, ()) == {}


def test_what_cannot_be_observed_is_told() -> None:
    def look(place: str) -> str:
        raise CannotObserve(place, "here", "it is dark")

    with pytest.raises(CannotObserve, match="first"):
        at_once(look, ("first", "second"))
