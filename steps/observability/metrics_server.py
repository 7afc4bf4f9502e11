"""kubectl top works."""

from __future__ import annotations

from pytest_bdd import scenarios, then

from inventory import Planned
from probes import kubernetes, usage
from probes.kubernetes import Api
from probes.vantage import Vantage
from steps.vocabulary.pods import Greeters
from steps.wiring import Target, Wait

scenarios("observability/metrics_server.feature")


@then("the Metrics API has processor and memory use of every node of the inventory")
def nodes_are_measured(eventually: Wait, api: Api, inventory: Planned) -> None:
    planned = {node.name for node in inventory.nodes}
    eventually(
        lambda: kubernetes.node_metrics(api),
        lambda found: {one.name for one in found if one.cpu_cores > 0 and one.memory_bytes > 0} == planned,
        expected=f"processor and memory use of {', '.join(sorted(planned))}",
        patience="metrics",
    )


@then('"kubectl top nodes" on the operator\'s workstation lists every node of the inventory')
def kubectl_top(eventually: Wait, workstation: Vantage, target: Target, inventory: Planned) -> None:
    command = ("kubectl", f"--kubeconfig={target.kubeconfig}", "top", "nodes", "--no-headers")
    planned = sorted(node.name for node in inventory.nodes)
    # A node that was late to answer metrics-server is left out until it is asked again.
    eventually(
        lambda: workstation.run(command),
        lambda done: [line.split()[0] for line in done.stdout.splitlines()] == planned,
        expected=f"kubectl top nodes lists {', '.join(planned)}",
        patience="metrics",
        vantage=workstation.name,
    )


@then("the Metrics API has memory use of every one of these pods")
def pods_are_measured(eventually: Wait, api: Api, greeters: Greeters) -> None:
    started = {pod.name for pod in greeters.pods.values()}
    eventually(
        lambda: usage.of_pods(api, greeters.namespace),
        lambda found: {one.name for one in found if one.memory_bytes > 0} >= started,
        expected=f"memory use of {', '.join(sorted(started))}",
        patience="metrics",
    )
