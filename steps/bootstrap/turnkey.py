"""One command brings the platform up from nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_bdd import given, scenarios, then

from probes import kubernetes
from probes.kubernetes import Api
from probes.outcomes import CannotObserve
from probes.waiting import Patience
from steps.wiring import Bootstrap, Inventory, Observed, ServicesOn, Target

scenarios("bootstrap/turnkey.feature")


@given("the platform was bootstrapped from nothing", target_fixture="bootstrap")
def bootstrapped_from_nothing(target: Target, bootstrap_runs: Sequence[Bootstrap]) -> Bootstrap:
    """Return the latest bootstrap of this run that began with nothing."""
    found = [run for run in bootstrap_runs if run.from_nothing]
    if not found:
        what, why = (
            "a bootstrap from nothing",
            f"{target.name} was there before this run began: destroy it first",
        )
        raise CannotObserve(what, "this run", why)
    return found[-1]


@then("these layers were complete in this order:")
def layers_were_complete(bootstrap: Bootstrap, datatable: list[list[str]], observed: Observed) -> None:
    complete = {phase.layer: 0.0 for phase in bootstrap.phases}
    for phase in bootstrap.phases:
        complete[phase.layer] = max(complete[phase.layer], phase.started + phase.seconds - _begun(bootstrap))
    observed("seconds until each layer was complete", {layer: round(at, 1) for layer, at in complete.items()})
    assert sorted(complete, key=lambda layer: complete[layer]) == [layer for (layer,) in datatable]


def _begun(bootstrap: Bootstrap) -> float:
    """Return when the first unit was started."""
    return min(phase.started for phase in bootstrap.phases)


@then("every unit of the plan was ready at the first attempt")
def every_unit_was_ready(bootstrap: Bootstrap, observed: Observed) -> None:
    outcomes = sorted((phase.unit, str(phase.outcome)) for phase in bootstrap.phases)
    observed("the units", dict(outcomes))
    assert outcomes
    assert outcomes == sorted((unit, "ready") for unit in bootstrap.planned)


@then("no service of a node has died since")
def no_service_died(inventory: Inventory, services_on: ServicesOn, observed: Observed) -> None:
    services = {node.name: services_on(node.name) for node in inventory.nodes}
    observed("the nodes' services", services)
    died = {name: [one for one in found if one.restarts or not one.well] for name, found in services.items()}
    assert {name: found for name, found in died.items() if found} == {}


@then("no container of a pod has been restarted since")
def no_container_restarted(api: Api, observed: Observed) -> None:
    pods = kubernetes.pods(api)
    observed("the pods", pods)
    assert pods
    assert [str(pod) for pod in pods if pod.restarts] == []


@then("the bootstrap took no longer than the inventory promises")
def bootstrap_in_time(bootstrap: Bootstrap, patience: Mapping[str, Patience], observed: Observed) -> None:
    took = max(phase.started + phase.seconds for phase in bootstrap.phases) - _begun(bootstrap)
    observed("seconds from the first unit's start to the last unit's gate", round(took, 1))
    assert took <= patience["bootstrap"].within
