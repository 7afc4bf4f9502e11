"""A zone that differs from what the bootstrap made of it: records, rights and kinds, by PowerDNS' own program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
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
KIND = "kind"
Json = dict[str, Any]
NOWHERE = "the inventory has no [dns]"
_OF_TYPE = re.compile(r"^(\S+)\t(\d+)\tIN\t(\S+)\t(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ZoneChanged(Change):
    """Something that a name server keeps of the owner's zone is otherwise. The serial only ever grows.

    what: "NAME TYPE", a set of records of the primary, NAME relative to the zone, "@" for its apex; `KIND`, as what the
        server treats the zone ("native", "primary", "secondary": one that is called native pulls no more); or a key of
        the zone's metadata at the primary, which is a right that PowerDNS grants.
    values: what stands there instead; none at all: it is gone. changes: instead of ``values``, pairs (regular
        expression, what each match becomes) for each value that stands there. In all, names in braces are replaced
        (`faults.words`).
    server: `CLUSTER` or `VPS`, of a kind.
    restarts: the program of the VPS that is started again when all is over, since it has counted what it should not.
    returns: another program puts the original back when all is mended, and must be the one to do so.
    """

    what: str
    values: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    server: str = CLUSTER
    restarts: str = ""
    returns: bool = False

    def _why_not(self, target: Target) -> str | None:
        return None if target.inventory.dns else NOWHERE

    def _where(self, target: Target) -> Iterable[str]:
        return (filled(target, self.what),)

    def _read(self, target: Target, at: str) -> Json:
        zone = target.inventory.cluster.domain
        if rrset := _rrset(at):
            return _records(target, zone, *rrset)
        if at == KIND:
            found = powerdns.zone_kind(place(target, self.server), zone).lower()
            return {"values": [{"master": "primary", "slave": "secondary"}.get(found, found)]}
        mark = f"{at} = "
        printed = run(target, CLUSTER, "pdnsutil", "get-meta", zone, at).splitlines()
        lines = [line.removeprefix(mark) for line in printed if line.startswith(mark)]
        return {"values": [each.strip() for line in lines for each in line.split(",") if each.strip()]}

    def _alter(self, target: Target, _at: str, was: Json) -> Json:
        values = was["values"] if self.changes else [filled(target, value) for value in self.values]
        for pattern, becomes in self.changes:
            wanted, instead = filled(target, pattern, escaped=True), filled(target, becomes)
            values = [re.sub(wanted, instead, value) for value in values]
        return {**was, "values": values}

    def _write(self, target: Target, at: str, value: Json) -> None:
        zone, values, rrset = target.inventory.cluster.domain, value["values"], _rrset(at)
        if not rrset:
            words = ("set-kind", zone) if at == KIND else ("set-meta", zone, at)
            run(target, self.server, "pdnsutil", *words, *values)
        elif not values:
            run(target, CLUSTER, "pdnsutil", "delete-rrset", zone, *rrset)
        else:
            later = [_later(target, each) for each in values] if _is_soa(at) else values
            run(target, CLUSTER, "pdnsutil", "replace-rrset", zone, *rrset, value["ttl"], *later)
        if rrset and not _is_soa(at):
            run(target, CLUSTER, "pdnsutil", "increase-serial", zone)

    def _undo(self, target: Target, at: str, was: Json) -> None:
        if self.returns:
            return
        self._write(target, at, was)
        if self.server == VPS or (_is_soa(at) and target.inventory.vps is not None):
            # A secondary that was given a refresh of hours waits for so long.
            run(target, VPS, "pdns_control", "retrieve", target.inventory.cluster.domain)
        hold = reach.processes(target)
        if self.restarts and hold is not None:
            program = filled(target, self.restarts)
            hold.stop("vps", program)
            hold.start("vps", program)

    def _settled(self, target: Target, _at: str) -> bool:
        return self.server == CLUSTER or in_step(target)  # a secondary has also caught up again

    def _same(self, one: Json, other: Json) -> bool:
        values = (one["values"], other["values"])
        left, right = (map(_without_serial, each) for each in values) if _is_soa(self.what) else values
        return list(left) == list(right)


def _rrset(what: str) -> tuple[str, ...]:
    """Return the name and the type of a set of records; nothing when it is none."""
    return tuple(what.split()) if " " in what else ()


def _is_soa(what: str) -> bool:
    return what.endswith(" SOA")


def _records(target: Target, zone: str, relative: str, rdtype: str) -> Json:
    name = zone if relative == "@" else f"{relative}.{zone}"
    listed = _OF_TYPE.findall(run(target, CLUSTER, "pdnsutil", "list-zone", zone))
    found = sorted(
        (ttl, value) for owner, ttl, each, value in listed if owner.rstrip(".") == name and each == rdtype
    )
    return {"ttl": found[0][0] if found else "60", "values": [value for _, value in found]}


def _without_serial(soa: str) -> list[str]:
    words = soa.split()
    return words[:2] + words[3:]


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
