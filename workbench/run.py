"""The run that things are made for: what it calls them, and which of those that are found were left behind."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PREFIX = "clusterspec-"
OLD = 3600.0
"""Seconds after which a thing of a run that is not known here counts as left behind."""
_NAME = re.compile(rf"{PREFIX}(?P<born>[0-9a-f]{{8}})-(?P<nonce>[0-9a-z]+)-(?P<rest>.+)")


def host_label(name: str) -> str:
    """Return a name without its time: with it a host name is longer than a certificate's common name may be."""
    made = _NAME.fullmatch(name)
    return name if made is None else f"{PREFIX}{made['nonce']}-{made['rest']}"


@dataclass(frozen=True, slots=True)
class Run:
    """One process of one run.

    id: its part after the last hyphen is the nonce, which no other run has. worker: which process; "" for the only one.
    is_over: whether the run of this nonce has ended; None where nothing is known of it, as on another machine.
    """

    id: str
    worker: str = ""
    is_over: Callable[[str], bool | None] = lambda _nonce: None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False, compare=False)

    @property
    def nonce(self) -> str:
        """What no other run has."""
        return self.id.rpartition("-")[2]

    def new_name(self) -> str:
        """Return a name that nothing else has: a label of DNS of at most 40 characters."""
        return f"{PREFIX}{int(time.time()):08x}-{self.nonce}-{self.worker or 'gw'}x{next(self._numbers)}"

    def is_left(self, name: str) -> bool:
        """Whether a thing of this name (after the last slash) was left by another run. What is not ours never is."""
        made = _NAME.fullmatch(name.rpartition("/")[2])
        if made is None or made["nonce"] == self.nonce:
            return False
        over = self.is_over(made["nonce"])
        return time.time() - int(made["born"], 16) > OLD if over is None else over
