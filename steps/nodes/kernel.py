"""The nodes are set up as the platform needs them."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes import kubernetes, node
from probes.kubernetes import Api, Pod
from probes.node import ClockOffset, Interface
from probes.outcomes import CannotObserve
from probes.supervised import NodeService, ServiceState
from steps.vocabulary.seen import Seen
from steps.wiring import InPod, OnNode, Scratch, ServicesOn, Wait

scenarios("nodes/kernel.feature")

FORBIDDEN = "SysctlForbidden"
VITAL = frozenset({"containerd", "kubelet"})


@when(parsers.parse('on every node a pod asks for "{setting}" = "{value}"'))
def pods_ask_for(scratch: Scratch, inventory: Planned, pod_image: str, setting: str, value: str) -> None:
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
    inventory: Planned,
    in_pod: InPod,
    setting: str,
    value: str,
) -> None:
    nodes = {one.name for one in inventory.nodes}
    pods = eventually(
        lambda: _asking(api, scratch, setting),
        lambda found: {name for name, pod in found.items() if pod.ready} == nodes,
        expected=f"a ready pod with {setting} on every node",
        patience="pod_ready",
    )
    assert {name: _kernel_of(pod, in_pod, setting) for name, pod in pods.items()} == dict.fromkeys(
        nodes, value
    )


def _kernel_of(pod: Pod, in_pod: InPod, setting: str) -> str:
    """Return what a pod's own kernel has as the value of a setting."""
    file = f"/proc/sys/{setting.replace('.', '/')}"
    return in_pod(pod.namespace, pod.name).run(["cat", file]).stdout.strip()


@then(parsers.parse('the pods that asked for "{setting}" are refused, because it is forbidden'))
def pods_are_refused(eventually: Wait, api: Api, scratch: Scratch, inventory: Planned, setting: str) -> None:
    refused = {one.name: ("Failed", FORBIDDEN) for one in inventory.nodes}
    eventually(
        lambda: _asking(api, scratch, setting),
        lambda found: {name: (pod.phase, pod.reason) for name, pod in found.items()} == refused,
        expected=f"pods with {setting} Failed by {FORBIDDEN} on every node",
        patience="pod_ready",
    )


@then(parsers.parse("the clock of every node is at most {seconds:d} second off the operator's workstation"))
def clocks_agree(eventually: Wait, inventory: Planned, on_node: OnNode, seconds: int) -> None:
    # A busy node may answer too slowly for its time to be told from it: then it is asked again.
    offsets = eventually(
        lambda: _offsets(inventory, on_node, seconds),
        bool,
        expected="every node tells its time quickly enough",
        patience="pod_ready",
    )
    assert {name: one for name, one in offsets.items() if abs(one.seconds) - one.uncertainty > seconds} == {}


def _offsets(inventory: Planned, on_node: OnNode, seconds: int) -> Mapping[str, ClockOffset]:
    """Return how far each node's clock is off. Raises CannotObserve if one is not known to so many seconds."""
    found = {one.name: node.clock_offset(on_node(one.name)) for one in inventory.nodes}
    slow = [f"{name}: {one}" for name, one in found.items() if one.uncertainty > seconds]
    if slow:
        because = f"they answer too slowly: {', '.join(slow)}"
        raise CannotObserve("the clocks of the nodes", "the operator's workstation", because)
    return found


@then("on every node the kubelet and the container runtime run", target_fixture="node_services")
def vital_services_run(
    inventory: Planned, services_on: ServicesOn, seen: Seen
) -> Mapping[str, tuple[NodeService, ...]]:
    services = seen("the nodes' services", {one.name: services_on(one.name) for one in inventory.nodes})
    assert {name: VITAL - _running(found) for name, found in services.items()} == {
        one.name: frozenset() for one in inventory.nodes
    }
    return services


def _running(services: tuple[NodeService, ...]) -> frozenset[str]:
    return frozenset(one.name for one in services if one.state is ServiceState.RUNNING)


@then("on no node a service is down or failed")
def no_service_is_down(node_services: Mapping[str, tuple[NodeService, ...]]) -> None:
    unwell = {name: [one for one in found if not one.well] for name, found in node_services.items()}
    assert {name: found for name, found in unwell.items() if found} == {}


@then("on every node each interface has at most one IPv4 address, the API VIP aside")
def one_address_an_interface(inventory: Planned, on_node: OnNode, seen: Seen) -> None:
    found = {one.name: node.interfaces(on_node(one.name)) for one in inventory.nodes}
    addresses = seen("the nodes' IPv4 addresses", _addresses(found, but=str(inventory.vips.api)))
    assert {place: several for place, several in addresses.items() if len(several) > 1} == {}


def _addresses(found: Mapping[str, tuple[Interface, ...]], *, but: str) -> Mapping[str, list[str]]:
    """Return the IPv4 addresses of each interface of each node, by "NODE INTERFACE"; `but` is left out."""
    return {
        f"{name} {one.name}": [address for address in one.ipv4 if address != but]
        for name, interfaces in found.items()
        for one in interfaces
        if one.ipv4
    }
