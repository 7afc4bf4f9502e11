"""The nodes are set up as the platform needs them."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import parsers, scenarios, then, when

from probes import kubernetes, node
from probes.kubernetes import Api, Pod
from probes.outcomes import CannotObserve
from probes.supervised import NodeService, ServiceState
from steps.wiring import InPod, Inventory, Observed, OnNode, Scratch, ServicesOn, Wait

scenarios("nodes/kernel.feature")

FORBIDDEN = "SysctlForbidden"
VITAL = ("containerd", "kubelet")


@when(parsers.parse('on every node a pod asks for "{setting}" = "{value}"'))
def pods_ask_for(scratch: Scratch, inventory: Inventory, pod_image: str, setting: str, value: str) -> None:
    nodes = [one.name for one in inventory.nodes]
    scratch.apply(
        "greeters.yaml", name=_name(setting), nodes=nodes, image=pod_image, sysctls={setting: value}
    )


def _name(setting: str) -> str:
    """Return the name that the pods asking for a setting have in common."""
    return setting.replace(".", "-").replace("_", "-")


def _asking(api: Api, scratch: Scratch, setting: str) -> Mapping[str, Pod]:
    """Return the pods that ask for a setting, by their nodes."""
    return {pod.node: pod for pod in kubernetes.pods(api, scratch.namespace, f"app={_name(setting)}")}


@then(parsers.parse('the pods that asked for "{setting}" run and have it set to "{value}"'))
def pods_have(
    eventually: Wait,
    api: Api,
    scratch: Scratch,
    inventory: Inventory,
    in_pod: InPod,
    setting: str,
    value: str,
) -> None:
    pods = eventually(
        lambda: _asking(api, scratch, setting),
        lambda found: (
            {name for name, pod in found.items() if pod.ready} == {one.name for one in inventory.nodes}
        ),
        expected=f"a ready pod with {setting} on every node",
        patience="pod_ready",
    )
    file = f"/proc/sys/{setting.replace('.', '/')}"
    values = {
        name: in_pod(pod.namespace, pod.name).run(["cat", file]).stdout.strip() for name, pod in pods.items()
    }
    assert values == {one.name: value for one in inventory.nodes}


@then(parsers.parse('the pods that asked for "{setting}" are refused, because it is forbidden'))
def pods_are_refused(
    eventually: Wait, api: Api, scratch: Scratch, inventory: Inventory, setting: str
) -> None:
    refused = {one.name: ("Failed", FORBIDDEN) for one in inventory.nodes}
    eventually(
        lambda: {name: (pod.phase, pod.reason) for name, pod in _asking(api, scratch, setting).items()},
        lambda found: found == refused,
        expected=f"pods with {setting} Failed by {FORBIDDEN} on every node",
        patience="pod_ready",
    )


@then(parsers.parse("the clock of every node is at most {seconds:d} second off the operator's workstation"))
def clocks_agree(inventory: Inventory, on_node: OnNode, observed: Observed, seconds: int) -> None:
    offsets = {one.name: node.clock_offset(on_node(one.name)) for one in inventory.nodes}
    observed("the clocks' offsets", offsets)
    assert {name: one for name, one in offsets.items() if abs(one.seconds) - one.uncertainty > seconds} == {}
    if any(one.uncertainty > seconds for one in offsets.values()):
        raise CannotObserve("the clocks of the nodes", "the operator's workstation", "they answer too slowly")


@then("on every node the kubelet and the container runtime run", target_fixture="node_services")
def vital_services_run(
    inventory: Inventory, services_on: ServicesOn, observed: Observed
) -> Mapping[str, tuple[NodeService, ...]]:
    services = {one.name: services_on(one.name) for one in inventory.nodes}
    observed("the nodes' services", services)
    running = {name: _running(found) for name, found in services.items()}
    assert {name: [each for each in VITAL if each not in found] for name, found in running.items()} == {
        one.name: [] for one in inventory.nodes
    }
    return services


def _running(services: tuple[NodeService, ...]) -> frozenset[str]:
    return frozenset(one.name for one in services if one.state is ServiceState.RUNNING)


@then("on no node a service is down or failed")
def no_service_is_down(node_services: Mapping[str, tuple[NodeService, ...]]) -> None:
    unwell = {name: [one for one in found if not one.well] for name, found in node_services.items()}
    assert {name: found for name, found in unwell.items() if found} == {}


@then("on every node each interface has at most one IPv4 address, the API VIP aside")
def one_address_an_interface(inventory: Inventory, on_node: OnNode, observed: Observed) -> None:
    interfaces = {one.name: node.interfaces(on_node(one.name)) for one in inventory.nodes}
    observed("the nodes' interfaces", interfaces)
    own = {
        f"{name}: {one.name}": [address for address in one.ipv4 if address != str(inventory.vips.api)]
        for name, found in interfaces.items()
        for one in found
    }
    assert {place: addresses for place, addresses in own.items() if len(addresses) > 1} == {}
