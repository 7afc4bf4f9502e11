"""The hosts that a fault is about, in words: "first worker", "every controller", "the VIP's holder", "vps"."""

from __future__ import annotations

from faults import reach
from provisioning.target import Target

_ORDINALS = ("first", "second", "third")
_HOLDER = "the VIP's holder"
_OTHERS = "every controller but the VIP's holder"
_ANOTHER = "a controller without the VIP"
OUTSIDE = ("gateway", "vps", "internet", "parent", "workstation")
"""Hosts of a lab that are no nodes."""


def select(target: Target, which: str) -> tuple[str, ...]:
    """Return the names of the hosts that are meant, at this moment.

    Raises:
        LookupError: the words mean no host of this target.

    """
    controllers = tuple(node.name for node in target.inventory.controlplanes)
    workers = tuple(node.name for node in target.inventory.workers)
    if which in OUTSIDE:
        return (which,)
    if which in {_HOLDER, _OTHERS, _ANOTHER}:
        holder = vip_holder(target)
        others = tuple(name for name in controllers if name != holder)
        return {_HOLDER: (holder,), _OTHERS: others, _ANOTHER: others[:1]}[which]
    groups = {"controller": controllers, "worker": workers, "node": (*controllers, *workers)}
    ordinal, _, role = which.partition(" ")
    group = groups.get(role, ())
    if ordinal == "every" and group:
        return group
    if ordinal == "last" and group:
        return (group[-1],)
    if ordinal in _ORDINALS and _ORDINALS.index(ordinal) < len(group):
        return (group[_ORDINALS.index(ordinal)],)
    raise LookupError(f"{target.name} has no host that is {which!r}")


def one(target: Target, which: str) -> str:
    """Return the one host that is meant. Raises LookupError also when several are."""
    names = select(target, which)
    if len(names) != 1:
        raise LookupError(f"{which!r} means {len(names)} hosts, and one is wanted")
    return names[0]


def address(target: Target, name: str) -> str:
    """Return the planned address of a node. Raises LookupError when it is none."""
    for node in target.inventory.nodes:
        if node.name == name:
            return str(node.address)
    raise LookupError(f"{target.name} has no node {name!r}")


def vip_holder(target: Target) -> str:
    """Return the controller that has the API VIP on its card. Raises LookupError when none or several have."""
    vip = f" {target.inventory.vips.api}/"
    holders = [
        node.name
        for node in target.inventory.controlplanes
        if vip in reach.within(target, node.name, "ip", "-4", "-oneline", "address")
    ]
    if len(holders) != 1:
        raise LookupError(f"the API VIP is held by {', '.join(holders) or 'nobody'}")
    return holders[0]
