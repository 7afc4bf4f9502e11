"""Networks that differ from the plan: addresses, routes, filters and packet sizes in the namespace of a lab's host.

Everything of a kind is in the host's own namespace. So a host that loses power meanwhile has lost the harm too,
and mending it there finds nothing to do.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faults import hosts, reach
from faults.kinds.base import Addition, Change, Harm
from provisioning.lab.topology import GATEWAY_TAILNET
from provisioning.target import Target

_PRIORITY = "99"
"""Of routing rules: before the kernel's own table of routes (32766) and behind that of local addresses (0)."""
_WAYS_IN = frozenset({"vps: the ways into the cluster"})


@dataclass(frozen=True, slots=True)
class AddressAdded(Addition):
    """A card has an address that was not planned: the last one of the node network that is free."""

    on: str

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _look(self, target: Target, _at: str) -> str:
        return f"{hosts.spare_address(target)}/{target.inventory.cluster.node_network.prefixlen}"

    def _there(self, target: Target, at: str, what: str) -> bool:
        return f" {what} " in reach.within(target, at, "ip", "-4", "-oneline", "address")

    def _add(self, target: Target, at: str, what: str) -> None:
        reach.within(target, at, "ip", "address", "replace", what, "dev", target.inventory.node.interface)

    def _remove(self, target: Target, at: str, what: str) -> None:
        reach.within(target, at, "ip", "address", "del", what, "dev", target.inventory.node.interface)


@dataclass(frozen=True, slots=True)
class RouteMissing(Harm):
    """A host has lost a route. to: what it leads to, in the words of ``destination``."""

    on: str
    to: str

    @property
    def places(self) -> frozenset[str]:
        """The ways from outside to the cluster."""
        return _WAYS_IN

    def _where(self, target: Target) -> Iterable[str]:
        return (hosts.one(target, self.on),)

    def _look(self, target: Target, at: str) -> Mapping[str, Any]:
        to = destination(target, self.to)
        routes = _routes(target, at, to)
        if not routes:
            raise LookupError(f"{at} has no route to {to}")
        metrics = [pair for each in routes[0].get("metrics", []) for pair in each.items()]
        limits = [str(word) for pair in metrics for word in pair]
        return {"to": to, "way": ["via", routes[0]["gateway"], "dev", routes[0]["dev"], *limits]}

    def _harm(self, target: Target, at: str, was: Mapping[str, Any]) -> None:
        if _routes(target, at, was["to"]):
            reach.within(target, at, "ip", "route", "del", was["to"])

    def _undo(self, target: Target, at: str, was: Mapping[str, Any]) -> None:
        reach.within(target, at, "ip", "route", "replace", was["to"], *was["way"])

    def _undone(self, target: Target, at: str, was: Mapping[str, Any]) -> bool:
        return bool(_routes(target, at, was["to"]))


@dataclass(frozen=True, slots=True)
class RouteBlackholed(Addition):
    """A host says "no route" for a destination, whatever its table of routes has.

    A routing daemon would put back a route of its own before anything could be observed; this rule it does not see.
    """

    on: str
    to: str

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _look(self, target: Target, _at: str) -> str:
        return destination(target, self.to)

    def _there(self, target: Target, at: str, what: str) -> bool:
        rules = reach.within(target, at, "ip", "rule").splitlines()
        return any(line.startswith(f"{_PRIORITY}:") and what in line for line in rules)

    def _add(self, target: Target, at: str, what: str) -> None:
        reach.within(target, at, "ip", "rule", "add", *_unreachable(what))

    def _remove(self, target: Target, at: str, what: str) -> None:
        reach.within(target, at, "ip", "rule", "del", *_unreachable(what))


@dataclass(frozen=True, slots=True)
class PacketsDropped(Addition):
    """A host drops packets in silence.

    packets: in iptables' words; words of ``destination`` in braces are replaced, as "{pods of first worker}".
    verdict: DROP, or what else to do with them.
    """

    on: str
    packets: tuple[str, ...]
    chain: str = "FORWARD"
    verdict: str = "DROP"
    table: str = "filter"

    def _where(self, target: Target) -> Iterable[str]:
        return hosts.select(target, self.on)

    def _look(self, target: Target, _at: str) -> list[str]:
        return [destination(target, word[1:-1]) if word.startswith("{") else word for word in self.packets]

    def _there(self, target: Target, at: str, what: Sequence[str]) -> bool:
        return found(lambda: self._call(target, at, what, "-C"))

    def _add(self, target: Target, at: str, what: Sequence[str]) -> None:
        self._call(target, at, what, "-I")

    def _remove(self, target: Target, at: str, what: Sequence[str]) -> None:
        self._call(target, at, what, "-D")

    def _call(self, target: Target, at: str, packets: Sequence[str], verb: str) -> None:
        words = ("-t", self.table, verb, self.chain, *packets, "-j", self.verdict)
        reach.within(target, at, "iptables", "-w", *words)


@dataclass(frozen=True, slots=True)
class PacketSizeChanged(Change):
    """A card takes packets of another size. mtu: in bytes."""

    on: str
    device: str
    mtu: int

    def _where(self, target: Target) -> Iterable[str]:
        return (hosts.one(target, self.on),)

    def _read(self, target: Target, at: str) -> int:
        return int(json.loads(reach.within(target, at, "ip", "-json", "link", "show", self.device))[0]["mtu"])

    def _alter(self, _target: Target, _at: str, _was: int) -> int:
        return self.mtu

    def _write(self, target: Target, at: str, value: int) -> None:
        reach.within(target, at, "ip", "link", "set", "dev", self.device, "mtu", str(value))


@dataclass(frozen=True, slots=True)
class ForwardingOpened(Harm):
    """The public internet has a way to the cluster's addresses: through a VPS that forwards packets."""

    @property
    def places(self) -> frozenset[str]:
        """The ways from outside to the cluster."""
        return _WAYS_IN

    def _look(self, target: Target, _at: str) -> Mapping[str, str]:
        return {
            "to": destination(target, "the advertised route"),
            "via": str(target.inventory.lab.vps_public),
            "forwards": reach.within(target, "vps", "sysctl", "-n", "net.ipv4.ip_forward").strip(),
        }

    def _harm(self, target: Target, _at: str, was: Mapping[str, str]) -> None:
        reach.within(target, "internet", "ip", "route", "replace", was["to"], "via", was["via"])
        reach.within(target, "vps", "sysctl", "-q", "-w", "net.ipv4.ip_forward=1")

    def _undo(self, target: Target, _at: str, was: Mapping[str, str]) -> None:
        if _routes(target, "internet", was["to"]):
            reach.within(target, "internet", "ip", "route", "del", was["to"])
        reach.within(target, "vps", "sysctl", "-q", "-w", f"net.ipv4.ip_forward={was['forwards']}")

    def _undone(self, target: Target, _at: str, was: Mapping[str, str]) -> bool:
        return not _routes(target, "internet", was["to"])


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


def _unreachable(to: str) -> tuple[str, ...]:
    return ("to", to, "priority", _PRIORITY, "unreachable")
