"""How the specification names nodes without knowing their names: "the first controller", "the second worker"."""

from __future__ import annotations

from steps.wiring import Inventory, Node

_ORDINALS = ("first", "second", "third")


def controller(inventory: Inventory, nth: str) -> Node:
    """Return the first, second or third controller, in the inventory's order."""
    return inventory.controlplanes[_ORDINALS.index(nth)]


def worker(inventory: Inventory, nth: str) -> Node:
    """Return the first, second or third worker, in the inventory's order."""
    return inventory.workers[_ORDINALS.index(nth)]


def node(inventory: Inventory, words: str) -> Node:
    """Return "the first controller", "the second worker" and so on."""
    _the, nth, role = words.split()
    return controller(inventory, nth) if role == "controller" else worker(inventory, nth)
