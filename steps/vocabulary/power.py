"""Switching machines off and on, as pulling their plug would."""

from __future__ import annotations

from typing import Protocol

from pytest_bdd import parsers, when

from inventory import Node, Planned
from steps.vocabulary import places
from steps.wiring import Power


class Outages(Protocol):
    """What a scenario has switched off, as others still tell of it."""

    def outdated(self) -> tuple[str, ...]:
        """Return what the API says of these machines from before their power was cut; in the end nothing."""
        ...


@when(parsers.parse("the {nth:w} {role:w} is powered {way:w}"), target_fixture="switched")
def switch_one(power: Power, inventory: Planned, nth: str, role: str, way: str) -> tuple[Node, ...]:
    return switch(power, (places.node(inventory, f"the {nth} {role}"),), way)


@when("the second and the third controller are powered off", target_fixture="switched")
def switch_off_two(power: Power, inventory: Planned) -> tuple[Node, ...]:
    return switch(power, _both(inventory), "off")


@when("the second and the third controller are powered on", target_fixture="switched")
def switch_on_two(power: Power, inventory: Planned) -> tuple[Node, ...]:
    return switch(power, _both(inventory), "on")


def _both(inventory: Planned) -> tuple[Node, ...]:
    return places.controller(inventory, "second"), places.controller(inventory, "third")


def switch(power: Power, nodes: tuple[Node, ...], way: str) -> tuple[Node, ...]:
    """Switch these nodes "on" or "off", and make sure that they are: else whatever follows would prove nothing."""
    for node in nodes:
        (power.off if way == "off" else power.on)(node.name)
    assert {node.name: power.is_on(node.name) for node in nodes} == {node.name: way == "on" for node in nodes}
    return nodes
