"""What a Kubernetes API says of its objects, as small values.

Every reader raises CannotObserve when the API did not give the answer (no connection, not authenticated,
forbidden, an error of its own): an empty tuple always means that there is nothing.
`api_health` and `can_write` are the two that are about the API itself, and return what it did as a value.
"""

from __future__ import annotations

from probes.apiserver import ApiHealth, HttpStatus, WriteRefused, Written, api_health, can_write
from probes.kubeapi import Api
from probes.kubeobjects import (
    Condition,
    Node,
    Pod,
    Port,
    Service,
    Workload,
    daemonset,
    deployment,
    nodes,
    pods,
    service,
    services,
    statefulset,
    workloads,
)
from probes.kubestate import Event, NodeMetrics, events, identity, lease_holder, node_metrics
from probes.metallb import AddressPool, address_pools, l2_announcer

__all__ = [
    "AddressPool",
    "Api",
    "ApiHealth",
    "Condition",
    "Event",
    "HttpStatus",
    "Node",
    "NodeMetrics",
    "Pod",
    "Port",
    "Service",
    "Workload",
    "WriteRefused",
    "Written",
    "address_pools",
    "api_health",
    "can_write",
    "daemonset",
    "deployment",
    "events",
    "identity",
    "l2_announcer",
    "lease_holder",
    "node_metrics",
    "nodes",
    "pods",
    "service",
    "services",
    "statefulset",
    "workloads",
]
