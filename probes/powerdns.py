"""PowerDNS itself: how it is set up, what it keeps, what it has counted. It is asked by its own programs in its pod.

What it answers over the network is for `probes.dns` and `probes.transfer`. No setting that holds a secret is returned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from probes import http, zone
from probes.http import Response
from probes.jsonobjects import JsonObject, part, parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api
    from probes.transfer import Record
    from probes.vantage import Completed, Vantage

API_PORT = 8081
PROBING = "net.ipv4.tcp_mtu_probing"
DENYLIST = "io.cilium.proxy.denylist"
LOOPBACK = "127.0.0.1"
SETTINGS = (
    "allow-axfr-ips",
    "also-notify",
    "disable-axfr",
    "master",
    "only-notify",
    "primary",
    "slave-renotify",
    "secondary-do-renotify",
)
"""The settings that are looked at; others hold passwords."""
_LONG = 60.0
_SETTING = re.compile(r"^(?:# )?([a-z0-9-]+)=(.*)$", re.MULTILINE)
_KIND = re.compile(r"^This is a (\w+) zone", re.MULTILINE)
_COUNTER = re.compile(r"^pdns_auth_(\w+)(?:\{[^}]*\})? (\d+)$", re.MULTILINE)
_OK = 200


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod of the name server. annotations: as it was made."""

    namespace: str
    name: str
    node: str
    annotations: Mapping[str, str]

    @property
    def kept_from_proxies(self) -> frozenset[str]:
        """The ports, as "53/UDP", that no proxy of Cilium may read along on."""
        listed = self.annotations.get(DENYLIST, "").split(",")
        return frozenset(each.strip() for each in listed if each.strip())

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.namespace}/{self.name} on {self.node}"


@dataclass(frozen=True, slots=True)
class Entrance:
    """A service by which it is reached.

    policy: externalTrafficPolicy. ports: as "53/UDP", sorted. outside: its addresses outside the cluster.
    """

    name: str
    kind: str
    policy: str
    ports: tuple[str, ...]
    outside: tuple[str, ...]

    def __str__(self) -> str:
        """Read as a phrase."""
        where = f" at {', '.join(self.outside)}" if self.outside else ""
        return (
            f"{self.kind} {self.name}{where}, {', '.join(self.ports)}, traffic policy {self.policy or 'none'}"
        )


def pod(api: Api, namespace: str, vip: str) -> Pod:
    """Return the pod behind the service that has the DNS VIP; of several the first by name that is ready.

    Raises:
        CannotObserve: there is no such service, or no pod behind it is ready.

    """
    what = f"the pod behind {vip}"
    service = next((one for one in _services(api, namespace) if vip in _outside(one)), None)
    if service is None:
        raise CannotObserve(what, api.vantage.name, f"no service of {namespace} has this address")
    selector = ",".join(f"{key}={value}" for key, value in sorted(part(service, "spec", "selector").items()))
    found = api.list(what, f"/api/v1/namespaces/{namespace}/pods", labelSelector=selector)
    for item in sorted((one for one in found if _ready(one)), key=lambda one: str(one["metadata"]["name"])):
        metadata = item["metadata"]
        return Pod(namespace, metadata["name"], item["spec"]["nodeName"], part(metadata, "annotations"))
    raise CannotObserve(what, api.vantage.name, f"of {len(found)} pods none is ready")


def entrances(api: Api, namespace: str) -> tuple[Entrance, ...]:
    """Return all services of the namespace, sorted by name. Raises CannotObserve."""
    return tuple(sorted(map(_entrance, _services(api, namespace)), key=lambda one: one.name))


def admits(api: Api, namespace: str) -> str:
    """Return the level of the pod security standards that a namespace enforces; "" for none. Raises CannotObserve."""
    found = api.get(f"the namespace {namespace}", f"/api/v1/namespaces/{namespace}") or {}
    return str(part(found, "metadata", "labels").get("pod-security.kubernetes.io/enforce", ""))


def settings(inside: Vantage) -> Mapping[str, str]:
    """Return the settings of `SETTINGS` that the running server has, by name; `inside` is its pod.

    Raises:
        CannotObserve: it does not say.

    """
    what = "the settings of PowerDNS"
    said = _said(inside, what, ("pdns_control", "current-config"))
    found = {name: value.strip() for name, value in _SETTING.findall(said) if name in SETTINGS}
    if not found:
        raise CannotObserve(what, inside.name, "it lists none of those that were looked for")
    return found


def networks(setting: str) -> frozenset[IPv4Network]:
    """Return the networks that a setting like "10.0.0.0/8,100.64.0.3" lists. Raises ValueError."""
    return frozenset(IPv4Network(each.strip()) for each in setting.split(",") if each.strip())


def kernel(inside: Vantage, setting: str) -> str:
    """Return a kernel setting as the pod has it. Raises CannotObserve."""
    return _said(inside, setting, ("cat", f"/proc/sys/{setting.replace('.', '/')}")).strip()


def kept(inside: Vantage, name: str) -> frozenset[Record]:
    """Return all records that its database has of a zone. Raises CannotObserve."""
    what = f"the records that PowerDNS keeps of {name}"
    try:
        return zone.parse(_said(inside, what, ("pdnsutil", "list-zone", name)))
    except ValueError as error:
        raise CannotObserve(what, inside.name, str(error)) from error


def zone_kind(inside: Vantage, name: str) -> str:
    """Return the kind of a zone: "Native", "Master" or "Slave" (newer releases: "Primary", "Secondary").

    Raises:
        CannotObserve: it does not say.

    """
    said = _said(inside, f"the zone {name}", ("pdnsutil", "show-zone", name))
    found = _KIND.search(said)
    if found is None:
        raise CannotObserve(f"the zone {name}", inside.name, said[:200])
    return found[1]


def counters(vantage: Vantage, port: int) -> Mapping[str, int]:
    """Return what a PowerDNS has counted since it started, as its web server tells on the loopback of its host.

    The names are those of its metrics, without prefix: "incoming_notifications", "udp_queries" ...

    Raises:
        CannotObserve: there was no such answer.

    """
    what = "the counters of PowerDNS"
    reply = http.get(vantage, f"http://{LOOPBACK}:{port}/metrics")
    if not isinstance(reply, Response) or reply.status != _OK:
        raise CannotObserve(what, vantage.name, str(reply))
    found = {name: int(value) for name, value in _COUNTER.findall(reply.text)}
    if not found:
        raise CannotObserve(what, vantage.name, "the answer has none")
    return found


def _said(inside: Vantage, what: str, argv: tuple[str, ...]) -> str:
    done: Completed = inside.run(argv, timeout=_LONG)
    if done.returncode:
        # Not what it printed: that may hold a password.
        raise CannotObserve(
            what, inside.name, f"`{' '.join(argv)}` ended with {done.returncode}: {done.stderr[:200]}"
        )
    return done.stdout


def _services(api: Api, namespace: str) -> list[JsonObject]:
    return api.list(f"the services of {namespace}", f"/api/v1/namespaces/{namespace}/services")


def _outside(service: JsonObject) -> tuple[str, ...]:
    given = parts(service, "status", "loadBalancer", "ingress")
    return tuple(sorted(str(one.get("ip") or one.get("hostname", "")) for one in given))


def _entrance(service: JsonObject) -> Entrance:
    spec = part(service, "spec")
    ports = (f"{one['port']}/{one.get('protocol', 'TCP')}" for one in parts(spec, "ports"))
    name, kind = service["metadata"]["name"], str(spec.get("type", ""))
    policy = str(spec.get("externalTrafficPolicy", ""))
    return Entrance(name, kind, policy, tuple(sorted(ports)), _outside(service))


def _ready(item: JsonObject) -> bool:
    conditions = parts(item, "status", "conditions")
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
