"""A second bootstrap changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_bdd import given, scenarios, then, when

from inventory import Planned
from probes import objects
from probes.certificates import Pair
from probes.kubernetes import Api
from probes.objects import Changes, Object
from probes.shown import shown
from probes.supervised import NodeService
from steps.vocabulary.seen import Seen
from steps.wiring import Bootstrap, Provider, ServicesOn

scenarios("bootstrap/second_run.feature")

CLOCK = 5.0
"""Seconds by which two looks at one start may differ: services tell their age in whole seconds."""
Services = Mapping[str, tuple[NodeService, ...]]
"""The services of each node."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform at one moment."""

    objects: Mapping[str, Object]
    services: Services
    sealing_pair: Pair

    def __str__(self) -> str:
        """Read as a line."""
        return f"{len(self.objects)} objects; {shown(self.services)}; {self.sealing_pair}"


@given("the platform as it is now", target_fixture="before")
def platform_as_it_is(
    api: Api, inventory: Planned, services_on: ServicesOn, sealing_pair_before: Pair, seen: Seen
) -> Platform:
    services = {node.name: services_on(node.name) for node in inventory.nodes}
    return seen("the platform", Platform(objects.everything(api), services, sealing_pair_before))


@when("the platform is bootstrapped again")
def bootstrap_again(provider: Provider) -> None:
    provider.build()


@then("every unit of the plan was found ready")
def every_unit_was_found_ready(bootstrap_runs: Sequence[Bootstrap], seen: Seen) -> None:
    second = bootstrap_runs[-1]
    outcomes = seen("the units", sorted((phase.unit, str(phase.outcome)) for phase in second.phases))
    assert (second.from_nothing, outcomes) == (False, sorted((unit, "ready") for unit in second.planned))


@then("no object of the cluster has been created, changed, replaced or deleted")
def no_object_has_changed(before: Platform, api: Api, seen: Seen) -> None:
    changes = seen("the objects of the cluster", objects.changes(before.objects, objects.everything(api)))
    assert changes == Changes()


@then("no service of a node has been restarted")
def no_service_was_restarted(before: Platform, services_on: ServicesOn, seen: Seen) -> None:
    after = seen("the nodes' services", {name: services_on(name) for name in before.services})
    assert after == before.services
    assert {name: _younger(before.services[name], found) for name, found in after.items()} == {
        name: [] for name in after
    }


def _younger(before: tuple[NodeService, ...], after: tuple[NodeService, ...]) -> list[str]:
    """Return the services that have been started between two looks at the same ones."""
    pairs = zip(before, after, strict=True)
    return [
        new.name
        for old, new in pairs
        if old.since and new.since and (new.since - old.since).total_seconds() > CLOCK
    ]
