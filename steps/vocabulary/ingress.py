"""The ingress controller: its pods, and the service with the ingress VIP."""

from __future__ import annotations

from collections.abc import Collection

from inventory import Planned
from probes import kubernetes
from probes.kubernetes import Api, Pod, Service


def controller_pods(api: Api, inventory: Planned) -> tuple[Pod, ...]:
    """Return its pods."""
    return kubernetes.pods(api, inventory.services["ingress"].namespace, inventory.ingress.pods)


def spread_as_planned(pods: Collection[Pod], inventory: Planned) -> bool:
    """Tell whether there are as many ready pods as planned, each on another node."""
    ready = [pod.node for pod in pods if pod.ready and not pod.terminating]
    return len(ready) == len(set(ready)) == inventory.ingress.replicas


def ingress_service(api: Api, inventory: Planned) -> Service:
    """Return the service that has the ingress VIP."""
    vip = str(inventory.vips.ingress)
    holders = [one for one in kubernetes.services(api) if vip in one.external_addresses]
    assert holders, f"no service has {vip}"
    return holders[0]
