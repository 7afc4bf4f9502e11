"""One command brings the platform up from nothing."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import parsers, scenarios, then

from inventory import Planned
from probes import kubernetes
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen
from steps.wiring import Bootstrap, ServicesOn

scenarios("bootstrap/turnkey.feature")


@then("these layers were complete in this order:")
def layers_were_complete(bootstrap: Bootstrap, datatable: list[list[str]], seen: Seen) -> None:
    completed = seen("seconds until each layer was complete", _completed(bootstrap))
    assert sorted(completed, key=lambda layer: completed[layer]) == [layer for (layer,) in datatable]


def _completed(bootstrap: Bootstrap) -> Mapping[str, float]:
    """Return how many seconds after the first unit's start each layer was complete, in this order."""
    begun = min(phase.started for phase in bootstrap.phases)
    ends = [(phase.started + phase.seconds - begun, phase.layer) for phase in bootstrap.phases]
    return {layer: round(end, 1) for end, layer in sorted(ends)}


@then("every unit of the plan was ready at the first attempt")
def every_unit_was_ready(bootstrap: Bootstrap, seen: Seen) -> None:
    outcomes = seen("the units", sorted((phase.unit, str(phase.outcome)) for phase in bootstrap.phases))
    assert outcomes
    assert outcomes == sorted((unit, "ready") for unit in bootstrap.planned)


@then("no service of a node has died since")
def no_service_died(inventory: Planned, services_on: ServicesOn, seen: Seen) -> None:
    services = seen("the nodes' services", {node.name: services_on(node.name) for node in inventory.nodes})
    died = {name: [one for one in found if one.restarts or not one.well] for name, found in services.items()}
    assert died == {name: [] for name in services}


@then("no container of a pod has been restarted since")
def no_container_restarted(api: Api, seen: Seen) -> None:
    pods = seen("the pods", kubernetes.pods(api))
    assert pods
    assert [str(pod) for pod in pods if pod.restarts] == []


@then(parsers.parse("the bootstrap took no longer than {minutes:d} minutes"))
def bootstrap_in_time(bootstrap: Bootstrap, seen: Seen, minutes: int) -> None:
    seconds = seen("seconds until the last gate held", max(_completed(bootstrap).values()))
    assert seconds <= minutes * 60
