"""Networks that differ from the plan: addresses, routes, filters and settings in the namespace of a lab's host.

Everything of this is in the host's own namespace. So a host that loses power meanwhile has lost the harm too,
and mending it there finds nothing to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from faults import hosts, reach
from faults.kinds.base import Change
from faults.words import filled
from provisioning.target import Target

_PRIORITY = "99"
"""Of routing rules: before the kernel's own table of routes (32766) and behind that of local addresses (0)."""


@dataclass(frozen=True, slots=True)
class NetworkChanged(Change):
    """One thing of a host's network is otherwise.

    on: which hosts, in the words of `faults.hosts`. what: a word and what it needs; names in braces are replaced
    (`faults.words`). value: what becomes of it:

        "address ADDRESS/PREFIX dev CARD": True, a card has this address too.
        "unreachable NETWORK": True, the host says "no route" for it, whatever its table of routes has. A routing daemon
            would put back a route of its own before anything could be observed; this rule it does not see.
        "iptables TABLE CHAIN …": True, there is this rule, in iptables' words.
        "route NETWORK": None, there is none; or its way, "via ADDRESS".
        "mtu CARD": an int, the bytes of a packet.
        "sysctl KEY": a text. It may have been so before.
    """

    on: str
    what: str
    value: bool | int | str | None = True

    @property
    def places(self) -> frozenset[str]:
        """A route, on whichever host: it is one of the ways from outside to the cluster."""
        return frozenset({self.what}) if self.what.startswith("route ") else frozenset()

    def _where(self, target: Target) -> Iterable[str]:
        # What only the API knows is looked up here, and not again when it is mended.
        what = filled(target, self.what)
        return [f"{host} {what}" for host in hosts.select(target, self.on)]

    def _look(self, target: Target, at: str) -> Any:
        if self.what.startswith("sysctl "):
            return self._read(target, at)
        return super(NetworkChanged, self)._look(target, at)

    def _alter(self, target: Target, _at: str, _was: object) -> Any:
        return filled(target, self.value) if isinstance(self.value, str) else self.value

    def _read(self, target: Target, at: str) -> Any:
        host, word, *what = at.split()
        if word == "address":
            return f" {what[0]} " in reach.within(target, host, "ip", "-4", "-oneline", "address")
        if word == "unreachable":
            rules = reach.within(target, host, "ip", "rule").splitlines()
            return any(line.startswith(f"{_PRIORITY}:") and what[0] in line for line in rules)
        if word == "iptables":
            return _has_rule(target, host, what)
        if word == "route":
            shown = reach.within(target, host, "ip", "-json", "-4", "route", "show", "exact", what[0])
            return next(map(_way, json.loads(shown or "[]")), None)
        if word == "mtu":
            return int(json.loads(reach.within(target, host, "ip", "-json", "link", "show", *what))[0]["mtu"])
        return reach.within(target, host, "sysctl", "-n", *what).strip()

    def _write(self, target: Target, at: str, value: Any) -> None:
        if self._same(self._read(target, at), value):
            return
        host, word, *what = at.split()
        if word == "address":
            argv = ["ip", "address", "replace" if value else "del", *what]
        elif word == "unreachable":
            rule = ("to", *what, "priority", _PRIORITY, "unreachable")
            argv = ["ip", "rule", "add" if value else "del", *rule]
        elif word == "iptables":
            argv = _iptables("-I" if value else "-D", what)
        elif word == "route":
            argv = ["ip", "route", *(("replace", *what, *value.split()) if value else ("del", *what))]
        elif word == "mtu":
            argv = ["ip", "link", "set", "dev", *what, "mtu", str(value)]
        else:
            argv = ["sysctl", "-q", "-w", f"{what[0]}={value}"]
        reach.within(target, host, *argv)


def _way(route: dict[str, Any]) -> str:
    """Return a route as it can be made again, with its limits."""
    limits = [str(word) for each in route.get("metrics", []) for pair in each.items() for word in pair]
    return " ".join(["via", route["gateway"], "dev", route["dev"], *limits])


def _has_rule(target: Target, host: str, rule: list[str]) -> bool:
    """Raises OSError when iptables does not say."""
    try:
        reach.within(target, host, *_iptables("-C", rule))
    except OSError as error:
        if "(1)" in str(error):  # iptables' way of saying that there is no such rule
            return False
        raise
    return True


def _iptables(verb: str, rule: list[str]) -> list[str]:
    table, chain, *packets = rule
    return ["iptables", "-w", "-t", table, verb, chain, *packets]
