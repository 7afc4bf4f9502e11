"""Networks that differ from the plan: addresses, routes, filters and packet sizes in the namespace of a lab's host.

Everything of a kind is in the host's own namespace. So a host that loses power meanwhile has lost the harm too,
and mending it there finds nothing to do.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faults import hosts, reach
from faults.fault import Memo
from provisioning.lab.topology import GATEWAY_TAILNET
from provisioning.target import Target

_PRIORITY = "99"
"""Of routing rules: before the kernel's own table of routes (32766) and behind that of local addresses (0)."""


class _InNamespace:
    """What all kinds here share: they need a lab."""

    __slots__ = ()

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES


@dataclass(frozen=True, slots=True)
class SecondAddress(_InNamespace):
    """A card has an address that nobody planned: the last one of the node network that is free."""

    on: str

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        address = f"{hosts.spare_address(target)}/{target.inventory.cluster.node_network.prefixlen}"
        return {"hosts": list(hosts.select(target, self.on)), "address": address}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        device = target.inventory.node.interface
        for host in memo["hosts"]:
            reach.within(target, host, "ip", "address", "replace", memo["address"], "dev", device)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        device = target.inventory.node.interface
        for host in memo["hosts"]:
            if self._there(target, host, memo):
                reach.within(target, host, "ip", "address", "del", memo["address"], "dev", device)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return not any(self._there(target, host, memo) for host in memo["hosts"])

    def _there(self, target: Target, host: str, memo: Memo) -> bool:
        return f" {memo['address']} " in reach.within(target, host, "ip", "-4", "-oneline", "address")


@dataclass(frozen=True, slots=True)
class RouteMissing(_InNamespace):
    """A host has lost a route. to: what it leads to, in the words of ``destination``."""

    on: str
    to: str

    def before(self, target: Target) -> Memo:
        """See `Kind.before`.

        Raises:
            LookupError: there is no such route to lose.

        """
        host, to = hosts.one(target, self.on), destination(target, self.to)
        routes = _routes(target, host, to)
        if not routes:
            raise LookupError(f"{host} has no route to {to}")
        limits = [
            word for each in routes[0].get("metrics", []) for pair in each.items() for word in map(str, pair)
        ]
        return {
            "host": host,
            "to": to,
            "way": ["via", routes[0]["gateway"], "dev", routes[0]["dev"], *limits],
        }

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        if _routes(target, memo["host"], memo["to"]):
            reach.within(target, memo["host"], "ip", "route", "del", memo["to"])

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        reach.within(target, memo["host"], "ip", "route", "replace", memo["to"], *memo["way"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return bool(_routes(target, memo["host"], memo["to"]))


@dataclass(frozen=True, slots=True)
class NoWay(_InNamespace):
    """A host says "no route" for a destination, whatever its table of routes has.

    A route of a routing daemon would be put back by it before anybody has looked; this one it does not see.
    """

    on: str
    to: str

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"hosts": list(hosts.select(target, self.on)), "to": destination(target, self.to)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            if not self._there(target, host, memo):
                reach.within(target, host, "ip", "rule", "add", *self._rule(memo))

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            if self._there(target, host, memo):
                reach.within(target, host, "ip", "rule", "del", *self._rule(memo))

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return not any(self._there(target, host, memo) for host in memo["hosts"])

    def _rule(self, memo: Memo) -> tuple[str, ...]:
        return ("to", memo["to"], "priority", _PRIORITY, "unreachable")

    def _there(self, target: Target, host: str, memo: Memo) -> bool:
        rules = reach.within(target, host, "ip", "rule").splitlines()
        return any(line.startswith(f"{_PRIORITY}:") and memo["to"] in line for line in rules)


@dataclass(frozen=True, slots=True)
class Dropped(_InNamespace):
    """A host lets packets fall without a word.

    packets: in iptables' words; words of ``destination`` in braces are replaced, as "{pods of first worker}".
    verdict: DROP, or what else to do with them.
    """

    on: str
    packets: tuple[str, ...]
    chain: str = "FORWARD"
    verdict: str = "DROP"
    table: str = "filter"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        filled = [destination(target, word[1:-1]) if word.startswith("{") else word for word in self.packets]
        return {"hosts": list(hosts.select(target, self.on)), "packets": filled}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for host in memo["hosts"]:
            if not self._there(target, host, memo):
                self._call(target, host, memo, "-I")

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for host in memo["hosts"]:
            if self._there(target, host, memo):
                self._call(target, host, memo, "-D")

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return not any(self._there(target, host, memo) for host in memo["hosts"])

    def _there(self, target: Target, host: str, memo: Memo) -> bool:
        return found(lambda: self._call(target, host, memo, "-C"))

    def _call(self, target: Target, host: str, memo: Memo, verb: str) -> None:
        words = ("-t", self.table, verb, self.chain, *memo["packets"], "-j", self.verdict)
        reach.within(target, host, "iptables", "-w", *words)


@dataclass(frozen=True, slots=True)
class PacketSize(_InNamespace):
    """A card takes packets of another size. mtu: in bytes."""

    on: str
    device: str
    mtu: int

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        host = hosts.one(target, self.on)
        return {"host": host, "mtu": self._now(target, host)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        self._set(target, memo["host"], self.mtu)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        self._set(target, memo["host"], memo["mtu"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return self._now(target, memo["host"]) == int(memo["mtu"])

    def _now(self, target: Target, host: str) -> int:
        return int(
            json.loads(reach.within(target, host, "ip", "-json", "link", "show", self.device))[0]["mtu"]
        )

    def _set(self, target: Target, host: str, mtu: int) -> None:
        reach.within(target, host, "ip", "link", "set", "dev", self.device, "mtu", str(mtu))


@dataclass(frozen=True, slots=True)
class WayIn(_InNamespace):
    """The public internet has a way to the cluster's addresses: through a VPS that passes packets on."""

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {
            "to": destination(target, "the advertised route"),
            "via": str(target.inventory.lab.vps_public),
            "forwards": reach.within(target, "vps", "sysctl", "-n", "net.ipv4.ip_forward").strip(),
        }

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        reach.within(target, "internet", "ip", "route", "replace", memo["to"], "via", memo["via"])
        reach.within(target, "vps", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        if _routes(target, "internet", memo["to"]):
            reach.within(target, "internet", "ip", "route", "del", memo["to"])
        reach.within(target, "vps", "sysctl", "-q", "-w", f"net.ipv4.ip_forward={memo['forwards']}")

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return not _routes(target, "internet", memo["to"])


def found(check: Callable[[], object]) -> bool:
    """Tell whether iptables has the rule that ``check`` asks for with `-C`. Raises OSError when it does not say."""
    try:
        check()
    except OSError as error:
        if "(1)" in str(error):  # iptables' way of saying that there is no such rule
            return False
        raise
    return True


def destination(target: Target, words: str) -> str:
    """Return the network that is meant: "the advertised route", "the pod network", or "pods of HOST".

    Raises:
        LookupError: the words mean none.
        CannotObserve: the API does not say which pods a node has.

    """
    if words == "the advertised route":
        return str(target.inventory.routes.advertised)
    if words == "the pod network":
        return str(target.inventory.cluster.pod_network)
    if words == "the tailnet's other end":
        return GATEWAY_TAILNET
    of, _, which = words.partition("pods of ")
    if of or not which:
        raise LookupError(f"no network is called {words!r}")
    name = hosts.one(target, which)
    node = reach.api(target).get(f"node {name}", f"/api/v1/nodes/{name}") or {}
    return str(ipaddress.ip_network(node["spec"]["podCIDR"]))


def _routes(target: Target, host: str, to: str) -> list[dict[str, Any]]:
    return list(
        json.loads(reach.within(target, host, "ip", "-json", "-4", "route", "show", "exact", to) or "[]")
    )
