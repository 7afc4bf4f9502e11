"""Zones that differ from what the bootstrap made of them: records, rights and kinds, by PowerDNS' own program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from faults import reach
from faults.kinds.base import Change
from faults.words import filled
from probes import powerdns, serials
from probes.dns import Answer, query
from probes.outcomes import CannotObserve
from probes.vantage import Vantage
from provisioning import vantages
from provisioning.target import Target

CLUSTER = "the cluster"
VPS = "the VPS"
Json = dict[str, Any]
NOWHERE = "the inventory has no [dns]"
_OF_TYPE = re.compile(r"^(\S+)\t(\d+)\tIN\t(\S+)\t(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Zone(Change):
    """A property of the owner's zone."""

    def available(self, target: Target) -> str | None:
        """Say that there are no name servers, or None."""
        return None if target.inventory.dns else NOWHERE


@dataclass(frozen=True, slots=True)
class RecordsChanged(_Zone):
    """A set of records of the primary has other values. Afterwards the zone's serial is higher than before.

    name: relative to the zone, "@" for its apex. values: what stands there instead; none at all: it is gone.
    changes: instead of ``values``, pairs (regular expression, what each match becomes) for each value that stands
        there. In both, "{domain}", "{vps}" and "{ingress}" are the owner's domain, the public and the inner address.
    returns: another program puts the original back when all is mended, and must be the one to do so.
    """

    name: str
    rdtype: str
    values: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    returns: bool = False

    def _read(self, target: Target, _at: str) -> Json:
        zone = target.inventory.cluster.domain
        name = zone if self.name == "@" else f"{self.name}.{zone}"
        listed = _OF_TYPE.findall(run(target, CLUSTER, "pdnsutil", "list-zone", zone))
        found = sorted(
            (ttl, value)
            for owner, ttl, rdtype, value in listed
            if owner.rstrip(".") == name and rdtype == self.rdtype
        )
        return {"ttl": found[0][0] if found else "60", "values": [value for _, value in found]}

    def _alter(self, target: Target, _at: str, was: Json) -> Json:
        values = was["values"] if self.changes else [filled(target, value) for value in self.values]
        for pattern, becomes in self.changes:
            values = [re.sub(filled(target, pattern), filled(target, becomes), value) for value in values]
        return {**was, "values": values}

    def _write(self, target: Target, _at: str, value: Json) -> None:
        zone, values = target.inventory.cluster.domain, value["values"]
        if values:
            run(
                target,
                CLUSTER,
                *("pdnsutil", "replace-rrset", zone, self.name, self.rdtype, value["ttl"]),
                *(_later(target, each) if self.rdtype == "SOA" else each for each in values),
            )
        else:
            run(target, CLUSTER, "pdnsutil", "delete-rrset", zone, self.name, self.rdtype)
        if self.rdtype != "SOA":
            run(target, CLUSTER, "pdnsutil", "increase-serial", zone)

    def _undo(self, target: Target, at: str, was: Json) -> None:
        if self.returns:
            return
        self._write(target, at, was)
        if self.rdtype == "SOA" and target.inventory.vps is not None:
            # A secondary that was given a refresh of hours waits for so long.
            run(target, VPS, "pdns_control", "retrieve", target.inventory.cluster.domain)

    def _same(self, one: Json, other: Json) -> bool:
        # The serial of an SOA only ever grows, and is left out.
        return _without_serial(self.rdtype, one["values"]) == _without_serial(self.rdtype, other["values"])


@dataclass(frozen=True, slots=True)
class ZoneKindChanged(_Zone):
    """A name server treats the zone as another kind than planned.

    server: `CLUSTER` or `VPS`. kind: "native", "primary", "secondary". A secondary that is called native pulls no more.
    restarts: the program of the VPS that is started again when all is over, since it has counted what it should not.
    """

    server: str
    kind: str
    restarts: str = ""

    def _read(self, target: Target, _at: str) -> str:
        found = powerdns.zone_kind(place(target, self.server), target.inventory.cluster.domain).lower()
        return {"master": "primary", "slave": "secondary"}.get(found, found)

    def _alter(self, _target: Target, _at: str, _was: str) -> str:
        return self.kind

    def _write(self, target: Target, _at: str, value: str) -> None:
        run(target, self.server, "pdnsutil", "set-kind", target.inventory.cluster.domain, value)

    def _undo(self, target: Target, at: str, was: str) -> None:
        self._write(target, at, was)
        if self.server == VPS:
            run(target, VPS, "pdns_control", "retrieve", target.inventory.cluster.domain)
        hold = reach.processes(target)
        if self.restarts and hold is not None:
            hold.stop("vps", self.restarts)
            hold.start("vps", self.restarts)

    def _settled(self, target: Target, _at: str) -> bool:
        return self.server == CLUSTER or in_step(target)  # a secondary has also caught up again


@dataclass(frozen=True, slots=True)
class ZoneMetadataChanged(_Zone):
    """A right that PowerDNS grants for the zone is another one. key: of the zone's metadata; values: instead."""

    key: str
    values: tuple[str, ...] = ()

    def _read(self, target: Target, _at: str) -> list[str]:
        printed = run(target, CLUSTER, "pdnsutil", "get-meta", target.inventory.cluster.domain, self.key)
        lines = [
            line.partition(" = ")[2] for line in printed.splitlines() if line.startswith(f"{self.key} = ")
        ]
        return [value.strip() for line in lines for value in line.split(",") if value.strip()]

    def _alter(self, _target: Target, _at: str, _was: list[str]) -> list[str]:
        return list(self.values)

    def _write(self, target: Target, _at: str, value: list[str]) -> None:
        run(target, CLUSTER, "pdnsutil", "set-meta", target.inventory.cluster.domain, self.key, *value)


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
