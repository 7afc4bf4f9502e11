"""Machines without power."""

from __future__ import annotations

from dataclasses import dataclass

from faults import hosts, reach
from faults.fault import Memo
from provisioning.target import Power, Target


@dataclass(frozen=True, slots=True)
class Off:
    """Nothing on these machines runs any more. on: which hosts, in the words of `faults.hosts`."""

    on: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.power(target) else "nobody can switch its machines from here"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`. A machine that is off already is none of this fault's business."""
        return {"hosts": [name for name in hosts.select(target, self.on) if _switch(target).is_on(name)]}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            _switch(target).off(host)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            _switch(target).on(host)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return all(_switch(target).is_on(host) for host in memo["hosts"])


def _switch(target: Target) -> Power:
    found = reach.power(target)
    if found is None:
        raise OSError(f"{target.name}: {reach.NO_MACHINES}")
    return found
