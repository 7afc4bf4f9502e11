"""Machines that are switched off for a while, and are on again in the end."""

from __future__ import annotations

from datetime import UTC, datetime

from probes import old_news
from probes.kubernetes import Api
from probes.outcomes import CannotObserve
from probes.waiting import Patience
from provisioning.target import Power
from workbench.making import Named
from workbench.run import Run


class RestoringPower(Named[None]):
    """The power of machines. To remove an outage is to switch the machine on and wait until it is heard of anew.

    Else the next scenario would take pods that have died for Ready ones. Whether they are is its own to ask.
    """

    gone = "nothing is said of a machine as it was before it lost its power"

    def __init__(self, power: Power, api: Api, patience: Patience, run: Run) -> None:
        """Nothing is switched yet. patience: how long a machine may take to be heard of again."""
        super().__init__(run)
        self._power, self._api, self._within = power, api, patience
        self._cut: dict[str, datetime] = {}

    def make(self, node: str) -> None:
        """Cut the power of a host."""
        if node not in self.made:
            self._note(node)
        self._cut[node] = datetime.now(UTC)
        self._power.off(node)
        self._cut[node] = datetime.now(UTC)

    off = make

    def on(self, node: str) -> None:
        """Give it back."""
        self._power.on(node)

    def is_on(self, node: str) -> bool:
        """Tell whether the host has power."""
        return self._power.is_on(node)

    def outdated(self) -> tuple[str, ...]:
        """What is still said of the hosts that were switched off, as it was before. Raises ``CannotObserve``."""
        return tuple(told for node in self._cut for told in self._told(node))

    def _begin(self, names: list[str]) -> None:
        for node in names:
            self._power.on(node)

    def _take_away(self, name: str) -> None:
        if told := self._told(name):
            raise CannotObserve("what comes after a power cut", self._api.vantage.name, ", ".join(told))

    def _patience(self) -> Patience:
        return self._within

    def _told(self, node: str) -> tuple[str, ...]:
        return old_news.of(self._api, node, self._cut[node])
