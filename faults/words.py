"""Names in braces that stand for what only an inventory, or its cluster, knows."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address
from typing import Any, cast

from faults import hosts, reach
from inventory import Inventory, Pool
from probes import external_secrets, powerdns
from probes.workload_images import image_of
from provisioning.lab.topology import GATEWAY_TAILNET
from provisioning.target import Target

_NAME = re.compile(r"\{([a-z][\w. -]*)\}")
_WORKLOAD = re.compile(r"services\.(.+)\.workload")
_PODS_OF = "pods of "


def filled(target: Target, words: str, *, on: str = "", escaped: bool = False) -> str:
    """Return words with the names in braces replaced.

    They are the keys of the inventory with dots between them, as "{cluster.domain}", "{services.vault.namespace}", and
    what is derived from these (`_DERIVED`); "{node}" and "{address}", the name and the planned address of the host
    ``on``; and what the API knows: "{pods of HOST}", the network of a node's pods, HOST in the words of `faults.hosts`;
    "{image}", one that does nothing by itself: that of the probe's pods; "{secret store}", the ClusterSecretStore;
    "{dns service}", the Service with the DNS VIP.

    escaped: what replaces a name is to be matched by a regular expression.

    Raises:
        LookupError: the inventory has no such thing.
        CannotObserve: the API does not say what only it knows.

    """

    def value(match: re.Match[str]) -> str:
        found = _value(target, match[1], on)
        return re.escape(found) if escaped else found

    return _NAME.sub(value, words)


def filled_in(target: Target, value: Any, *, on: str = "") -> Any:
    """Return JSON with the names in braces replaced in each text and key of it. Raises as ``filled``."""
    if isinstance(value, str):
        return filled(target, value, on=on)
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        return {filled(target, key, on=on): filled_in(target, each, on=on) for key, each in held.items()}
    if isinstance(value, list | tuple):
        return [filled_in(target, each, on=on) for each in cast("Sequence[Any]", value)]
    return value


def _value(target: Target, name: str, on: str) -> str:
    inventory = target.inventory
    if name in _DERIVED:
        return str(_DERIVED[name](inventory))
    if name in _ASKED_FOR:
        return _ASKED_FOR[name](target, on)
    if name.startswith(_PODS_OF):
        return _pods_of(target, hosts.one(target, name.removeprefix(_PODS_OF)))
    if service := _WORKLOAD.fullmatch(name):
        return _there(inventory, f"services.{service[1]}").workload or service[1]
    return str(_there(inventory, name))


def _image(target: Target) -> str:
    probe = _there(target.inventory, "probe")
    return image_of(reach.api(target), probe.namespace, probe.daemonset)


def _store(target: Target) -> str:
    for each in external_secrets.stores(reach.api(target)):
        if each.kind == "ClusterSecretStore":
            return each.name
    raise LookupError("the cluster has no ClusterSecretStore")


def _dns_service(target: Target) -> str:
    namespace, vip = _there(target.inventory, "services.powerdns").namespace, str(target.inventory.vips.dns)
    for each in powerdns.entrances(reach.api(target), namespace):
        if vip in each.outside:
            return each.name
    raise LookupError(f"no Service of {namespace} has {vip}")


def _relative(inventory: Inventory, host: str) -> str:
    return host.removesuffix(inventory.cluster.domain).rstrip(".") or "@"


def _pods_of(target: Target, node: str) -> str:
    found = reach.api(target).get(f"node {node}", f"/api/v1/nodes/{node}") or {}
    return str(ipaddress.ip_network(found["spec"]["podCIDR"]))


def _there(inventory: Inventory, name: str) -> Any:
    found: Any = inventory
    for key in name.split("."):
        table: Any = found
        found = (
            cast("Mapping[str, Any]", table).get(key)
            if isinstance(table, Mapping)
            else getattr(table, key, None)
        )
        if found is None:
            raise LookupError(f"the inventory has no {name}")
    return found


def _pool(inventory: Inventory, of: IPv4Address | None = None) -> Pool:
    """Return the pool that has this address; without one, the first that is handed out unasked."""
    for pool in inventory.pools:
        if any(of in each for each in pool.addresses) if of else pool.auto_assign:
            return pool
    raise LookupError(f"the inventory has no pool with {of or 'auto_assign'}")


def _half(inventory: Inventory) -> str:
    whole = _pool(inventory).addresses[0]
    return f"{whole.first}-{whole.first + (int(whole.last) - int(whole.first)) // 2}"


def _beyond(inventory: Inventory) -> str:
    end = inventory.routes.advertised.broadcast_address
    return f"{end + 9}-{end + 29}"


_DERIVED: Mapping[str, Callable[[Inventory], object]] = {
    "spare": lambda inventory: inventory.cluster.node_network[-2],  # an address that no machine has
    "prefix": lambda inventory: inventory.cluster.node_network.prefixlen,  # of the node network
    "tailnet gateway": lambda _inventory: GATEWAY_TAILNET,
    "pool of services": lambda inventory: _pool(inventory).name,
    "pool of ingress": lambda inventory: _pool(inventory, inventory.vips.ingress).name,
    "pool of dns": lambda inventory: _pool(inventory, inventory.vips.dns).name,
    "half of the services": _half,  # the first half of what the pool of services has
    "mirrored registry": lambda inventory: _there(inventory, "registry").mirrored[0],
    # relative to the zone
    "website": lambda inventory: _relative(inventory, _there(inventory, "services.test-app.host")),
    "name server": lambda inventory: _relative(inventory, _there(inventory, "dns").nameservers[-1]),
    "etcd snapshots": lambda inventory: "/cronjobs/".join(inventory.backups.job("etcd")),
    "vault snapshots": lambda inventory: "/cronjobs/".join(inventory.backups.job("vault")),
    "beyond the route": _beyond,  # addresses that nobody has and the VPS does not reach
}
_ASKED_FOR: Mapping[str, Callable[[Target, str], str]] = {
    "node": lambda _target, on: on,
    "address": hosts.address,
    "image": lambda target, _on: _image(target),
    "secret store": lambda target, _on: _store(target),
    "dns service": lambda target, _on: _dns_service(target),
}
