"""How the specification names places: nodes without their names ("the first controller"), others by their address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from inventory import LeftOut, Node, Planned, VantageName, ordinals
from steps.wiring import SayUnsupported

AddressOf = Callable[[VantageName], str]


@pytest.fixture
def address_of(inventory: Planned, unsupported: SayUnsupported) -> AddressOf:
    """``address_of("internet")``: what others see of a vantage point. Without it the scenario is *unsupported*."""

    def address(vantage: VantageName) -> str:
        place = inventory.vantages.get(vantage)
        if place is None or place.address is None:
            unsupported(f"the inventory has no address in [vantages.{vantage}]")
        return str(place.address)

    return address


def controller(inventory: Planned, nth: str) -> Node:
    """Return the first, second, … controller, in the inventory's order. Raises LeftOut."""
    return _nth(inventory.controlplanes, nth, "control-plane node")


def worker(inventory: Planned, nth: str) -> Node:
    """Return the first, second, … or last worker, in the inventory's order. Raises LeftOut."""
    return _nth(inventory.workers, nth, "worker")


def _nth(nodes: Sequence[Node], nth: str, kind: str) -> Node:
    number = len(nodes) - 1 if nth == "last" else ordinals.index(nth)
    if not 0 <= number < len(nodes):
        raise LeftOut(f"{nth} {kind}")
    return nodes[number]


def node(inventory: Planned, words: str) -> Node:
    """Return "the first controller", "the second worker" and so on."""
    _the, nth, role = words.split()
    return controller(inventory, nth) if role == "controller" else worker(inventory, nth)
