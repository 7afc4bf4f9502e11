"""Which way a packet takes from a vantage point, as its kernel says (by `ip` of iproute2, or of BusyBox)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.vantage import Vantage


@dataclass(frozen=True, slots=True)
class Way:
    """The first hop towards an address.

    interface: the network interface that the packet leaves by. source: the address that it carries.
    gateway: the next hop, None where the address is on the interface's own network.
    mtu: the largest packet in bytes: the route's own, or the interface's.
    """

    interface: str
    source: str
    gateway: str | None
    mtu: int

    def __str__(self) -> str:
        """Read as a phrase."""
        via = f" via {self.gateway}" if self.gateway else ""
        return f"by {self.interface}{via}, as {self.source}, MTU {self.mtu}"


@dataclass(frozen=True, slots=True)
class NoWay:
    """The kernel has no route to the address, or refuses to use it. `reason` in its own words."""

    reason: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"no way: {self.reason}"


@dataclass(frozen=True, slots=True)
class Hop:
    """The first hop towards an address: the interface, and the next host; None on the interface's own network."""

    interface: str
    gateway: str | None

    def __str__(self) -> str:
        """Return a phrase."""
        return f"by {self.interface}" + (f" via {self.gateway}" if self.gateway else "")


_HOP = re.compile(r"(?: via (?P<gateway>\S+))? dev (?P<interface>\S+)")
_NO_ROUTE = 2
"""What `ip route get` exits with when the kernel answers that there is no route."""


def way(vantage: Vantage, address: str, *, timeout: float = 10.0) -> Way | NoWay:
    """Ask the vantage point's kernel for the way to one IPv4 address.

    Raises:
        CannotObserve: the kernel could not be asked.

    """
    asked = vantage.run(["ip", "-json", "route", "get", address], timeout=timeout)
    if asked.returncode == _NO_ROUTE and asked.stderr.startswith("RTNETLINK answers:"):
        return NoWay(asked.stderr.strip().removeprefix("RTNETLINK answers: "))
    route = _parsed(asked.stdout, f"the way to {address}", vantage.name, str(asked))
    mtu = next((item["mtu"] for item in route.get("metrics", []) if "mtu" in item), None)
    return Way(
        interface=route["dev"],
        source=route["prefsrc"],
        gateway=route.get("gateway"),
        mtu=int(mtu) if mtu else _mtu(vantage, route["dev"], timeout),
    )


def hops(vantage: Vantage, addresses: Iterable[str], *, timeout: float = 10.0) -> dict[str, Hop | NoWay]:
    """Ask the vantage point's kernel for the first hop to each IPv4 address, by `ip` of iproute2 or of BusyBox.

    Raises:
        CannotObserve: the kernel could not be asked.

    """
    asked = tuple(addresses)
    script = 'for one in "$@"; do echo "$one" $(ip route get "$one" 2>&1); done'
    done = vantage.run(["/bin/sh", "-c", script, "sh", *asked], timeout=timeout)
    lines = [line.partition(" ")[::2] for line in done.stdout.splitlines()]
    if done.returncode or [address for address, _ in lines] != list(asked):
        raise CannotObserve(f"the ways to {', '.join(asked)}", vantage.name, str(done))
    return {address: _hop(told) for address, told in lines}


def _hop(told: str) -> Hop | NoWay:
    """Understand what `ip route get` printed."""
    found = _HOP.search(f" {told}")
    if found is None:
        return NoWay(told.rpartition("RTNETLINK answers: ")[2])
    return Hop(found["interface"], found["gateway"])


def _mtu(vantage: Vantage, interface: str, timeout: float) -> int:
    asked = vantage.run(["ip", "-json", "link", "show", "dev", interface], timeout=timeout)
    return int(_parsed(asked.stdout, f"the MTU of {interface}", vantage.name, str(asked))["mtu"])


def _parsed(text: str, what: str, vantage: str, because: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise CannotObserve(what, vantage, because) from None
    if not found:
        raise CannotObserve(what, vantage, because)
    return dict(found[0])
