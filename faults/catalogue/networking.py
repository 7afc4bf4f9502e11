"""Harm to the networks: between pods, to services and names, and between the cluster and the outside."""

from __future__ import annotations

from faults import symptoms
from faults.catalogue.names import OTHERWISE
from faults.fault import Fault
from faults.kinds import kubernetes, network
from faults.kinds.together import Together

_BY_A_SERVICE = (
    "pod-to-service",
    "cluster-dns",
    "services-pool-auto-assigned",
)
"""What takes any of several pods: whether it takes one that is out of reach is chance."""

_ADVERTISED = "route {routes.advertised}"


def _unreachable(on: str, to: str) -> network.NetworkChanged:
    return network.NetworkChanged(on, f"unreachable {{pods of {to}}}")


POD_ROUTE_MISSING = Fault(
    slug="pod_route_missing",
    kind=_unreachable("first worker", "second worker"),
    says="the first worker knows no way to the pods of the second",
    cause="pod-route-missing",
    turns_red=(
        "pod-to-pod[a pod on the first worker, the second worker]",
        "pod-to-pod[the first worker itself, the second worker]",
    ),
    may_turn=_BY_A_SERVICE,
)
CONTROLLER_WITHOUT_POD_ROUTES = Fault(
    slug="controller_without_pod_routes",
    kind=Together(
        (
            _unreachable("first controller", "first worker"),
            _unreachable("first controller", "second worker"),
            _unreachable("first controller", "second controller"),
        )
    ),
    says="the first controller knows no way to the pods of the workers and of the second controller",
    cause="pod-route-missing",
    turns_red=(
        "pod-to-pod[a pod on the first worker, the first controller]",
        "pod-to-pod[a pod on the first controller, the second worker]",
        "pod-to-pod[a pod on the first controller, the second controller]",
        "pod-to-pod[the first controller itself, the first worker]",
        "pod-to-service",
    ),
    # The API server that is asked may be the first controller's: then its way to pods is cut too.
    may_turn=(
        *_BY_A_SERVICE,
        "pod-to-pod[the API server, the second worker]",
        "networking/metallb",
        "observability/metrics_server",
    ),
)
PODS_OF_A_NODE_ISOLATED = Fault(
    slug="pods_of_a_node_isolated",
    kind=network.NetworkChanged(
        "first worker",
        "iptables filter FORWARD -s {pods of first worker} -d {pods of first worker} -j DROP",
    ),
    says="pods of the first worker do not reach each other",
    cause="pods-filtered",
    turns_red=("pod-to-pod[a pod on the first worker, the first worker]",),
    may_turn=_BY_A_SERVICE,
)
PODS_CLOSED_TO_THE_API = Fault(
    slug="pods_closed_to_the_api",
    kind=Together(
        (
            _unreachable("first controller", "second worker"),
            _unreachable("second controller", "second worker"),
            _unreachable("third controller", "second worker"),
        )
    ),
    says="no controller knows a way to the pods of the second worker",
    cause="apiserver-to-pod-blocked",
    turns_red=(
        "pod-to-pod[the API server, the second worker]",
        "pod-to-pod[a pod on the first controller, the second worker]",
    ),
    may_turn=(*_BY_A_SERVICE, "networking/metallb", "observability/metrics_server"),
    alone=True,
)
COREDNS_ABSENT = Fault(
    slug="coredns_absent",
    kind=kubernetes.scaled_down("coredns"),
    says="the cluster's DNS has no pod",
    cause="coredns-down",
    turns_red=(
        "pod-to-service[its name]",
        "cluster-dns",
        "pods-resolve-owner-names",
        "bootstrap/second_run",  # it finds something to put right
    ),
    # external-dns and cert-manager find PowerDNS by its name.
    may_turn=OTHERWISE,
    shows=symptoms.gone("coredns"),
)
METRICS_SERVER_ABSENT = Fault(
    slug="metrics_server_absent",
    kind=kubernetes.scaled_down("metrics-server"),
    says="metrics-server has no pod",
    cause="metrics-api-down",
    turns_red=("observability/metrics_server",),
    shows=symptoms.gone("metrics-server"),
)
ADVERTISED_ROUTE_MISSING = Fault(
    slug="advertised_route_missing",
    kind=network.NetworkChanged("vps", _ADVERTISED, value=None),
    says="the VPS has lost the route that the controllers advertise",
    cause="tailscale-bad-cidr",
    turns_red=(
        "vps-route-over-tailnet",
        "tailnet-mtu",
        "services-pool-auto-assigned",
        "powerdns-answers-at-vip[the VPS, UDP]",
        "powerdns-answers-at-vip[the VPS, TCP]",
        "axfr-complete[the VPS]",
        "websites-answer-visitor",
        "vps-same-certificate",
        "ingress-answers-at-vip[the VPS]",
    ),
    may_turn=OTHERWISE,
)
TAILNET_WITH_LARGE_PACKETS = Fault(
    slug="tailnet_with_large_packets",
    kind=network.NetworkChanged("vps", "mtu tailnet0", value=1500),
    says="the VPS sends packets into the tailnet that are too large for it",
    cause="axfr-pmtud-blackhole",
    turns_red=("tailnet-mtu",),
)
OPEN_TO_THE_WORLD = Fault(
    slug="open_to_the_world",
    kind=Together(
        (
            network.NetworkChanged("internet", _ADVERTISED, value="via {vantages.vps.address}"),
            network.NetworkChanged("vps", "sysctl net.ipv4.ip_forward", value="1"),
            network.NetworkChanged("vps", "iptables nat POSTROUTING -o tailnet0 -j MASQUERADE"),
        )
    ),
    says="the VPS passes packets of the public internet on to the cluster",
    cause="open-to-the-world",
    turns_red=(
        "api-vip-unreachable-from-internet",
        "primary-unreachable-from-internet",
    ),
)
