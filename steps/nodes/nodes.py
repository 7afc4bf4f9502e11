"""The cluster consists of the planned nodes."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from itertools import combinations

from pytest_bdd import scenarios, then

from probes import kubernetes, node
from probes.kubernetes import Api
from steps.vocabulary.pods import Greeters
from steps.wiring import InPod, Inventory, Observed, OnNode, Wait

scenarios("nodes/nodes.feature")

CONTROL_PLANE = "control-plane"
REPELS = "node-role.kubernetes.io/control-plane=:NoSchedule"


@then("the cluster has the nodes of the inventory and no others")
def only_planned_nodes(api: Api, inventory: Inventory, observed: Observed) -> None:
    names = {one.name for one in kubernetes.nodes(api)}
    observed("the nodes", names)
    assert names == {one.name for one in inventory.nodes}


@then("every node of the inventory is Ready and stays Ready")
def stays_ready(holds: Wait, api: Api, inventory: Inventory) -> None:
    planned = {one.name: True for one in inventory.nodes}
    holds(
        lambda: {one.name: one.ready for one in kubernetes.nodes(api)},
        lambda ready: ready == planned,
        expected=f"{', '.join(planned)} Ready the whole time",
        patience="stays_ready",
    )


@then("every one of these pods says its own name")
def pods_say_their_names(greeters: Greeters, in_pod: InPod, observed: Observed) -> None:
    said = {
        one.name: in_pod(one.namespace, one.name).run(["hostname"]).stdout.strip()
        for one in greeters.pods.values()
    }
    observed("the pods' own names", said)
    assert said == {name: name for name in said}


@then("Kubernetes knows every node by its planned address alone")
def planned_addresses(api: Api, inventory: Inventory, observed: Observed) -> None:
    addresses = {one.name: one.internal_addresses for one in kubernetes.nodes(api)}
    observed("the nodes' addresses", addresses)
    assert addresses == {one.name: (str(one.address),) for one in inventory.nodes}


@then("on every node the network card has the planned address", target_fixture="other_addresses")
def card_has_planned_address(
    inventory: Inventory, on_node: OnNode, observed: Observed
) -> Mapping[str, tuple[str, ...]]:
    """Return what the network cards have beside the planned addresses, by node; nodes without are left out."""
    cards = {one.name: _card(on_node, one.name, inventory.node.interface) for one in inventory.nodes}
    observed(f"the addresses of {inventory.node.interface}", cards)
    assert [one.name for one in inventory.nodes if str(one.address) not in cards[one.name]] == []
    others = {
        one.name: tuple(each for each in cards[one.name] if each != str(one.address))
        for one in inventory.nodes
    }
    return {name: addresses for name, addresses in others.items() if addresses}


def _card(on_node: OnNode, name: str, interface: str) -> tuple[str, ...]:
    """Return the IPv4 addresses of a node's network card."""
    return next((one.ipv4 for one in node.interfaces(on_node(name)) if one.name == interface), ())


@then("only the holder of the API VIP has a second one, the VIP itself")
def one_holder_of_the_vip(other_addresses: Mapping[str, tuple[str, ...]], inventory: Inventory) -> None:
    assert list(other_addresses.values()) == [(str(inventory.vips.api),)]
    assert set(other_addresses) <= {one.name for one in inventory.controlplanes}


@then("every node has the role that the inventory plans")
def planned_roles(api: Api, inventory: Inventory, observed: Observed) -> None:
    roles = {one.name: one.roles for one in kubernetes.nodes(api)}
    observed("the nodes' roles", roles)
    controllers = {name for name, found in roles.items() if CONTROL_PLANE in found}
    assert controllers == {one.name for one in inventory.controlplanes}


@then("the controllers, and they alone, repel ordinary workloads")
def controllers_repel_workloads(api: Api, inventory: Inventory, observed: Observed) -> None:
    taints = {one.name: one.taints for one in kubernetes.nodes(api)}
    observed("the nodes' taints", taints)
    assert taints == {
        one.name: (REPELS,) if one in inventory.controlplanes else () for one in inventory.nodes
    }


@then("the kubelet of every node has the planned version")
def planned_kubelet_version(api: Api, inventory: Inventory, observed: Observed) -> None:
    versions = {one.name: one.kubelet_version for one in kubernetes.nodes(api)}
    observed("the kubelets' versions", versions)
    assert versions == {one.name: inventory.cluster.kubernetes_version for one in inventory.nodes}


@then("the API has the planned version")
def planned_api_version(api: Api, inventory: Inventory, observed: Observed) -> None:
    found = api.get("the API's version", "/version") or {}
    observed("the API's version", found.get("gitVersion"))
    assert found.get("gitVersion") == inventory.cluster.kubernetes_version


@then("every node has a range of pod addresses inside the pod network", target_fixture="pod_ranges")
def pod_ranges_are_planned(api: Api, inventory: Inventory, observed: Observed) -> Mapping[str, str]:
    ranges = {one.name: one.pod_cidr for one in kubernetes.nodes(api)}
    observed("the nodes' pod ranges", ranges)
    outside = {name for name, one in ranges.items() if not one or not _inside(one, inventory)}
    assert ranges.keys() == {one.name for one in inventory.nodes}
    assert outside == set(), ranges
    return ranges


def _inside(pod_range: str, inventory: Inventory) -> bool:
    return inventory.cluster.pod_network.supernet_of(IPv4Network(pod_range))


@then("no two of these ranges overlap")
def pod_ranges_are_apart(pod_ranges: Mapping[str, str]) -> None:
    pairs = combinations(sorted(pod_ranges), 2)
    both = [
        (one, two)
        for one, two in pairs
        if IPv4Network(pod_ranges[one]).overlaps(IPv4Network(pod_ranges[two]))
    ]
    assert both == [], pod_ranges
