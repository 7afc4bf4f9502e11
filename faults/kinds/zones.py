"""Zones that differ from what the bootstrap made of them: records, rights and kinds, by PowerDNS' own program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from faults import reach
from faults.fault import Memo
from faults.words import filled
from probes import powerdns, serials
from probes.dns import Answer, query
from probes.outcomes import CannotObserve
from probes.vantage import Vantage
from provisioning import vantages
from provisioning.target import Target

CLUSTER = "the cluster"
VPS = "the VPS"
NOWHERE = "the inventory has no [dns]"
_OF_TYPE = re.compile(r"^(\S+)\t(\d+)\tIN\t(\S+)\t(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Records:
    """A set of records of the primary has other values. Afterwards the zone's serial is higher than before.

    name: relative to the zone, "@" for its apex. values: what stands there instead; none at all: it is gone.
    changes: instead of ``values``, pairs (regular expression, what each match becomes) for each value that stands
        there. In both, "{domain}", "{vps}" and "{ingress}" are the owner's domain, the public and the inner address.
    returns: somebody else puts the original back when all is mended, and must be the one to do so.
    """

    name: str
    rdtype: str
    values: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    returns: bool = False

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if target.inventory.dns else NOWHERE

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        found = self._now(target)
        return {"values": [value for _, value in found], "ttl": found[0][0] if found else "60"}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        self._set(target, memo["ttl"], self._becomes(target, memo))

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        if self.returns:
            return
        self._set(target, memo["ttl"], memo["values"])
        if self.rdtype == "SOA" and target.inventory.vps is not None:
            # A secondary that was told to come back in hours does so.
            run(target, VPS, "pdns_control", "retrieve", target.inventory.cluster.domain)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`. The serial of an SOA only ever grows, and is left out."""
        return _without_serial(self.rdtype, [value for _, value in self._now(target)]) == _without_serial(
            self.rdtype, memo["values"]
        )

    def _becomes(self, target: Target, memo: Memo) -> list[str]:
        if not self.changes:
            return [filled(target, value) for value in self.values]
        values = list(memo["values"])
        for pattern, becomes in self.changes:
            values = [re.sub(pattern, filled(target, becomes), value) for value in values]
        return values

    def _now(self, target: Target) -> list[tuple[str, str]]:
        """Return (TTL, value) of what stands there."""
        zone = target.inventory.cluster.domain
        name = zone if self.name == "@" else f"{self.name}.{zone}"
        said = run(target, CLUSTER, "pdnsutil", "list-zone", zone)
        return sorted(
            (ttl, value)
            for owner, ttl, rdtype, value in _OF_TYPE.findall(said)
            if owner.rstrip(".") == name and rdtype == self.rdtype
        )

    def _set(self, target: Target, ttl: str, values: Sequence[str]) -> None:
        zone = target.inventory.cluster.domain
        if values:
            run(
                target,
                CLUSTER,
                *("pdnsutil", "replace-rrset", zone, self.name, self.rdtype, ttl),
                *(_later(target, value) if self.rdtype == "SOA" else value for value in values),
            )
        else:
            run(target, CLUSTER, "pdnsutil", "delete-rrset", zone, self.name, self.rdtype)
        if self.rdtype != "SOA":
            run(target, CLUSTER, "pdnsutil", "increase-serial", zone)


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """A name server treats the zone as another kind than planned.

    at: `CLUSTER` or `VPS`. kind: "native", "primary", "secondary". A secondary that is called native pulls no more.
    restarts: the program of the VPS that is started again when all is over, since it has counted what it should not.
    """

    at: str
    kind: str
    restarts: str = ""

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if target.inventory.dns else NOWHERE

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"kind": self._now(target)}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        self._set(target, self.kind)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._set(target, memo["kind"])
        if self.at == VPS:
            run(target, VPS, "pdns_control", "retrieve", target.inventory.cluster.domain)
        hold = reach.processes(target)
        if self.restarts and hold is not None:
            hold.stop("vps", self.restarts)
            hold.start("vps", self.restarts)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`. A secondary has also caught up again."""
        return self._now(target) == memo["kind"] and (self.at == CLUSTER or in_step(target))

    def _now(self, target: Target) -> str:
        said = powerdns.zone_kind(place(target, self.at), target.inventory.cluster.domain).lower()
        return {"master": "primary", "slave": "secondary"}.get(said, said)

    def _set(self, target: Target, kind: str) -> None:
        run(target, self.at, "pdnsutil", "set-kind", target.inventory.cluster.domain, kind)


@dataclass(frozen=True, slots=True)
class Metadata:
    """A right that PowerDNS grants for the zone is another one. key: of the zone's metadata; values: instead."""

    key: str
    values: tuple[str, ...] = ()

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if target.inventory.dns else NOWHERE

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"values": self._now(target)}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        self._set(target, self.values)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._set(target, memo["values"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return self._now(target) == list(memo["values"])

    def _now(self, target: Target) -> list[str]:
        said = run(target, CLUSTER, "pdnsutil", "get-meta", target.inventory.cluster.domain, self.key)
        found = [line.partition(" = ")[2] for line in said.splitlines() if line.startswith(f"{self.key} = ")]
        return [value.strip() for line in found for value in line.split(",") if value.strip()]

    def _set(self, target: Target, values: Sequence[str]) -> None:
        run(target, CLUSTER, "pdnsutil", "set-meta", target.inventory.cluster.domain, self.key, *values)


def place(target: Target, at: str) -> Vantage:
    """Return where the programs of a name server run: the pod of the primary, or the VPS. Raises CannotObserve."""
    if at == VPS:
        return target.vantages["vps"]
    inventory, api = target.inventory, reach.api(target)
    pod = powerdns.pod(api, inventory.services["powerdns"].namespace, str(inventory.vips.dns))
    return vantages.in_pod(target, pod.namespace, pod.name)


def run(target: Target, at: str, *argv: str) -> str:
    """Run one of PowerDNS' programs and return what it printed. Raises OSError with its words, CannotObserve."""
    where = place(target, at)
    done = where.run(argv)
    if done.returncode != 0:
        raise OSError(f"`{shlex.join(argv)}` on {where.name}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def in_step(target: Target) -> bool:
    """Tell whether the VPS has the primary's serial. Raises CannotObserve when one of them does not say."""
    ours, theirs = serial(target, "primary"), serial(target, "VPS")
    return not serials.newer(ours, theirs)


def serial(target: Target, which: str) -> int:
    """Return the serial of "primary" or "VPS"."""
    inventory = target.inventory
    looking, server = (
        ("workstation", inventory.vips.dns)
        if which == "primary"
        else ("internet", inventory.vantages["vps"].address)
    )
    answer = query(target.vantages[looking], str(server), inventory.cluster.domain, "SOA")
    soa = serials.soa(answer) if isinstance(answer, Answer) else None
    if soa is None:
        raise CannotObserve(f"the serial of the {which}", target.vantages[looking].name, str(answer))
    return soa.serial


def _later(target: Target, value: str) -> str:
    """Return the value of an SOA with a serial after the one that stands there now."""
    words = value.split()
    words[2] = str(serial(target, "primary") + 1)
    return " ".join(words)


def _without_serial(rdtype: str, values: Sequence[str]) -> list[list[str]]:
    split = [value.split() for value in values]
    return [words[:2] + words[3:] if rdtype == "SOA" else words for words in split]
