"""Two states of a zone held against each other, and what stands in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import dns.exception
import dns.name
import dns.rdata

from probes.transfer import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOLD = 20
"""So many records of each sort are told in full."""
PRIVATE = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # RFC 6598: also what tailnets use
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/3",
            "::/127",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)
"""Addresses that lead nowhere on the public internet. The documentation networks are not among them: they stand
for the public internet where there is none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a zone differs from what it should be.

    missing, extra: records of names and types that only one side has. different: "NAME TYPE" → what was expected and
    what was found, where both have records of that name and type. Empty (and false) when they are the same.
    """

    missing: tuple[Record, ...] = ()
    extra: tuple[Record, ...] = ()
    different: tuple[tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.missing or self.extra or self.different)

    def __str__(self) -> str:
        """Read as a diff: `-` is missing, `+` is too much, `~` has another value."""
        if not self:
            return "no difference"
        counts = (
            (len(self.missing), "missing"),
            (len(self.extra), "extra"),
            (len(self.different), "different"),
        )
        head = ", ".join(f"{count} {word}" for count, word in counts if count)
        lines = [
            *_some("-", map(str, self.missing)),
            *_some("+", map(str, self.extra)),
            *_some("~", (f"{key}: expected {one}; found {other}" for key, one, other in self.different)),
        ]
        return "\n".join([head, *lines])


def compare(expected: Iterable[Record], found: Iterable[Record]) -> Difference:
    """Hold the records of one zone against those of another, TTLs included."""
    wanted, there = set(expected), set(found)
    lost, added = _by_set(wanted - there), _by_set(there - wanted)
    both = sorted(lost.keys() & added.keys())
    return Difference(
        missing=_flat(lost, but=both),
        extra=_flat(added, but=both),
        different=tuple(
            (f"{name} {kind}", _values(lost[name, kind]), _values(added[name, kind])) for name, kind in both
        ),
    )


def parse(text: str) -> frozenset[Record]:
    """Read a zone of which each record is one line, "NAME TTL IN TYPE DATA"; comments and directives are skipped.

    Raises:
        ValueError: a line that is not of this form; it is named.

    """
    return frozenset(_record(line) for line in text.splitlines() if line.strip() and line[0] not in ";$")


def values(records: Iterable[Record], name: str, rdtype: str) -> tuple[str, ...]:
    """Return the data of the records of one name (absolute or not) and type, sorted."""
    wanted = f"{name.rstrip('.')}.".lower()
    return tuple(sorted(one.data for one in records if one.name == wanted and one.rdtype == rdtype))


def private(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the address records that lead to a private address (RFC 1918, RFC 6598, loopback ...), sorted."""
    addresses = (one for one in records if one.rdtype in {"A", "AAAA"})
    return tuple(sorted(one for one in addresses if is_private(one.data)))


def is_private(address: str) -> bool:
    """Tell whether an address leads nowhere on the public internet."""
    parsed = ip_address(address)
    return any(parsed in network for network in PRIVATE if network.version == parsed.version)


def _record(line: str) -> Record:
    try:
        name, ttl, rdclass, rdtype, data = line.split(None, 4)
        canonical = dns.rdata.from_text(rdclass, rdtype, data, dns.name.root, relativize=False).to_text()
        return Record(f"{name.rstrip('.')}.".lower(), rdtype, int(ttl), canonical)
    except (ValueError, dns.exception.DNSException) as error:
        raise ValueError(f"not a record: {line!r} ({error})") from error


def _by_set(records: Iterable[Record]) -> dict[tuple[str, str], list[Record]]:
    found: dict[tuple[str, str], list[Record]] = {}
    for one in sorted(records):
        found.setdefault((one.name, one.rdtype), []).append(one)
    return found


def _flat(sets: dict[tuple[str, str], list[Record]], *, but: list[tuple[str, str]]) -> tuple[Record, ...]:
    return tuple(one for key, records in sorted(sets.items()) if key not in but for one in records)


def _values(records: list[Record]) -> str:
    return ", ".join(f"{one.data} (TTL {one.ttl})" for one in records)


def _some(mark: str, lines: Iterable[str]) -> list[str]:
    told = [f"{mark} {line}" for line in lines]
    return told if len(told) <= _TOLD else [*told[:_TOLD], f"{mark} ... {len(told) - _TOLD} more"]
