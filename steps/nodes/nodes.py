"""The cluster consists of the planned nodes."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from itertools import combinations

from pytest_bdd import scenarios, then

from inventory import Planned
from probes import kubernetes, node
from probes.kubernetes import Api
from steps.vocabulary.pods import Greeters
from steps.vocabulary.seen import Seen
from steps.wiring import InPod, OnNode, Wait

scenarios("nodes/nodes.feature")

CONTROL_PLANE = "control-plane"
REPELS = "node-role.kubernetes.io/control-plane=:NoSchedule"


@then("the cluster has the nodes of the inventory and no others")
def only_planned_nodes(api: Api, inventory: Planned, seen: Seen) -> None:
    names = seen("the nodes", {one.name for one in kubernetes.nodes(api)})
    assert names == {one.name for one in inventory.nodes}


@then("every node of the inventory is Ready and stays Ready")
def stays_ready(holds: Wait, api: Api, inventory: Planned) -> None:
    planned = {one.name: True for one in inventory.nodes}
    holds(
        lambda: {one.name: one.ready for one in kubernetes.nodes(api)},
        lambda ready: ready == planned,
        expected=f"{', '.join(planned)} Ready the whole time",
        patience="stays_ready",
    )


@then("every one of these pods says its own name")
def pods_say_their_names(greeters: Greeters, in_pod: InPod, seen: Seen) -> None:
    said = seen(
        "the pods' own names",
        {
            one.name: in_pod(one.namespace, one.name).run(["hostname"]).stdout.strip()
            for one in greeters.pods.values()
        },
    )
    assert said == {name: name for name in said}


@then("Kubernetes knows every node by its planned address alone")
def planned_addresses(api: Api, inventory: Planned, seen: Seen) -> None:
    addresses = seen(
        "the nodes' addresses", {one.name: one.internal_addresses for one in kubernetes.nodes(api)}
    )
    assert addresses == {one.name: (str(one.address),) for one in inventory.nodes}


@then("on every node the network card has the planned address")
def card_has_planned_address(inventory: Planned, on_node: OnNode, seen: Seen) -> None:
    cards = seen("the addresses of the network cards", _cards(inventory, on_node))
    assert [one.name for one in inventory.nodes if str(one.address) not in cards[one.name]] == []


def _cards(inventory: Planned, on_node: OnNode) -> Mapping[str, tuple[str, ...]]:
    """Look at the network card of each node: its IPv4 addresses, none where there is no such card."""
    interfaces = {one.name: node.interfaces(on_node(one.name)) for one in inventory.nodes}
    return {
        name: next((one.ipv4 for one in found if one.name == inventory.node.interface), ())
        for name, found in interfaces.items()
    }


@then("only the holder of the API VIP has a second one, the VIP itself")
def one_holder_of_the_vip(eventually: Wait, inventory: Planned, on_node: OnNode) -> None:
    # The nodes are asked one after another: while the VIP moves, none of them may have it, or two.
    eventually(
        lambda: _more(_cards(inventory, on_node), inventory),
        lambda more: (
            list(more.values()) == [{str(inventory.vips.api)}]
            and more.keys() <= {one.name for one in inventory.controlplanes}
        ),
        expected=f"one controller has {inventory.vips.api} too, and nobody has anything else",
        patience="leader",
    )


def _more(cards: Mapping[str, tuple[str, ...]], inventory: Planned) -> Mapping[str, set[str]]:
    """Return the addresses of those cards that have more than the planned one, without that."""
    more = {one.name: {*cards[one.name]} - {str(one.address)} for one in inventory.nodes}
    return {name: addresses for name, addresses in more.items() if addresses}


@then("every node has the role that the inventory plans")
def planned_roles(api: Api, inventory: Planned, seen: Seen) -> None:
    roles = seen("the nodes' roles", {one.name: one.roles for one in kubernetes.nodes(api)})
    controllers = {name for name, found in roles.items() if CONTROL_PLANE in found}
    assert controllers == {one.name for one in inventory.controlplanes}


@then("the controllers, and they alone, repel ordinary workloads")
def controllers_repel_workloads(api: Api, inventory: Planned, seen: Seen) -> None:
    taints = seen("the nodes' taints", {one.name: one.taints for one in kubernetes.nodes(api)})
    assert taints == {
        one.name: (REPELS,) if one in inventory.controlplanes else () for one in inventory.nodes
    }


@then("the kubelet of every node has the planned version")
def planned_kubelet_version(api: Api, inventory: Planned, seen: Seen) -> None:
    versions = seen(
        "the kubelets' versions", {one.name: one.kubelet_version for one in kubernetes.nodes(api)}
    )
    assert versions == {one.name: inventory.cluster.kubernetes_version for one in inventory.nodes}


@then("the API has the planned version")
def planned_api_version(api: Api, inventory: Planned, seen: Seen) -> None:
    found = seen("the API's version", api.get("the API's version", "/version") or {})
    assert found.get("gitVersion") == inventory.cluster.kubernetes_version


@then("every node has a range of pod addresses inside the pod network", target_fixture="pod_ranges")
def pod_ranges_are_planned(api: Api, inventory: Planned, seen: Seen) -> Mapping[str, IPv4Network]:
    ranges = seen("the pod ranges", {one.name: one.pod_cidr for one in kubernetes.nodes(api)})
    assert {name: _inside(one, inventory) for name, one in ranges.items()} == {
        one.name: True for one in inventory.nodes
    }
    return {name: IPv4Network(one) for name, one in ranges.items()}


def _inside(pod_range: str, inventory: Planned) -> bool:
    """Tell whether a node has a range at all, and whether it is of the pod network."""
    return bool(pod_range) and inventory.cluster.pod_network.supernet_of(IPv4Network(pod_range))


@then("no two of these ranges overlap")
def pod_ranges_are_apart(pod_ranges: Mapping[str, IPv4Network]) -> None:
    pairs = combinations(sorted(pod_ranges), 2)
    assert [pair for pair in pairs if pod_ranges[pair[0]].overlaps(pod_ranges[pair[1]])] == []
