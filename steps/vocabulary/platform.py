"""The state of the platform as a whole."""

from __future__ import annotations

from pytest_bdd import given, then

from inventory import Planned
from probes import kubernetes
from probes.kubernetes import Api
from steps.vocabulary.power import Outages
from steps.wiring import Wait


@given("every node of the inventory is Ready")
@then("every node of the inventory is Ready")
def every_node_is_ready(eventually: Wait, api: Api, inventory: Planned) -> None:
    planned = {node.name: True for node in inventory.nodes}
    eventually(
        lambda: {node.name: node.ready for node in kubernetes.nodes(api)},
        lambda ready: ready == planned,
        expected=f"exactly {', '.join(planned)} are there, and all are Ready",
        patience="node_ready",
    )


@then("every node of the inventory is Ready again")
def every_node_is_ready_again(eventually: Wait, api: Api, inventory: Planned, power: Outages) -> None:
    # Whoever was off for a moment was never missed: Ready is then said of what it was before.
    planned = {node.name: True for node in inventory.nodes}
    eventually(
        lambda: ({node.name: node.ready for node in kubernetes.nodes(api)}, power.outdated()),
        lambda now: now == (planned, ()),
        expected=f"exactly {', '.join(planned)} are there, have all been heard of again, and are Ready",
        patience="node_ready",
    )


@given("every workload of the platform has all its pods")
def every_workload_is_complete(eventually: Wait, api: Api) -> None:
    eventually(
        lambda: [str(each) for each in kubernetes.workloads(api) if not each.complete],
        lambda incomplete: not incomplete,
        expected="no Deployment, DaemonSet or StatefulSet lacks a pod",
        patience="workload",
    )
