"""What is made is removed whatever happens, and what is others' stays."""

from __future__ import annotations

import pytest

from probes.outcomes import CannotObserve
from probes.waiting import Patience
from tests.unit.workbench.notes import DEAD, EVERYBODY_S, OLD, RUN
from workbench import making
from workbench.making import Named


class Things(Named[str]):
    """Things in a set; each refuses to go as often as is said of it."""

    gone = "our own things have gone"

    def __init__(self) -> None:
        super().__init__(RUN)
        self.there = set[str]()
        self.stays: dict[str, int] = {}
        self.asked: list[str] = []
        self.begun: list[list[str]] = []

    def make(self, *, fails: bool = False) -> str:
        name = self._note(self.run.new_name())
        self.there.add(name)
        if fails:
            raise CannotObserve("a thing", "here", "it is only half made")
        return name

    def _begin(self, names: list[str]) -> None:
        self.begun.append(list(names))

    def _found(self) -> list[str]:
        return sorted(self.there)

    def _take_away(self, name: str) -> None:
        self.asked.append(name)
        if self.stays.get(name, 0):
            self.stays[name] -= 1
            raise CannotObserve(f"{name} removed", "here", "not now")
        self.there.discard(name)


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    monkeypatch.setattr(making, "REMOVED", Patience(within=5.0, every=0.001))
    return Things()


def test_all_that_was_made_goes_also_what_is_half_made(things: Things) -> None:
    things.make()
    with pytest.raises(CannotObserve):
        things.make(fails=True)
    things.remove()
    assert things.there == set()
    asked = list(things.asked)
    things.remove()
    assert things.asked == asked, "the second time there is nothing to do"


def test_what_does_not_go_is_asked_again_and_the_rest_only_once(things: Things) -> None:
    one, other = things.make(), things.make()
    things.stays[one] = 2
    things.remove()
    assert things.asked == [one, other, one, one]
    assert things.begun == [[one, other]]


def test_what_stays_is_named_with_the_reason(monkeypatch: pytest.MonkeyPatch, things: Things) -> None:
    monkeypatch.setattr(making, "REMOVED", Patience(within=0.0))
    one, other, third = things.make(), things.make(), things.make()
    things.stays = {one: 9, third: 9}
    with pytest.raises(CannotObserve) as error:
        things.remove()
    assert (error.value.what, error.value.because) == (f"{one}, {third} removed", "not now")
    assert things.made == [one, third]
    assert other not in things.there


def test_only_what_dead_runs_left_is_swept_and_one_that_stays_hinders_none(things: Things) -> None:
    things.there = {*EVERYBODY_S}
    things.stays[DEAD] = 1
    swept = things.sweep()
    gone = list[str]()
    with pytest.raises(CannotObserve, match=f"{DEAD} removed"):
        gone.extend(swept)
    assert things.there == {*EVERYBODY_S} - {OLD}
    assert list(things.sweep()) == [DEAD]
    assert things.there == {*EVERYBODY_S} - {DEAD, OLD}


def test_what_is_insisted_on_raises_in_the_end() -> None:
    def never() -> None:
        raise CannotObserve("it", "here", "still not")

    with pytest.raises(CannotObserve, match="still not"):
        making.insist(never, "it is so", patience=Patience(within=0.0))
