"""How harms show from outside, for those that take a while to be felt: each function returns what is waited for.

In namespaces, names, hosts and paths names in braces are replaced when the target is looked at (`faults.words`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from diagnosis.chapters import dns, identity, public_path
from faults import hosts, reach, subject
from faults.kinds.certificates import certificate
from faults.kinds.kubernetes import get, settled
from faults.words import filled
from probes import external_secrets, kubernetes, serials, tls
from probes.http import Response
from probes.jsonobjects import part
from probes.oidc.walk import host_of
from probes.tls import Handshake
from provisioning.gates import Gate
from provisioning.target import Target

_HTTPS = 443
_ENDINGS = {"Deployment": "-[a-z0-9]+-[a-z0-9]{5}", "DaemonSet": "-[a-z0-9]{5}"}
"""What the names of a workload's pods have behind that of the workload."""


def _felt(expected: str, observe: Callable[[Target], bool]) -> Gate[Target]:
    return Gate(observe, bool, expected)


def not_ready(on: str) -> Gate[Target]:
    """The API calls a node not Ready. on: which nodes, in the words of `faults.hosts`."""

    def observe(target: Target) -> bool:
        ready = {node.name for node in kubernetes.nodes(reach.api(target)) if node.ready}
        return ready.isdisjoint(hosts.select(target, on))

    return _felt(f"the {on} is not Ready", observe)


def _answers(target: Target, address: str) -> bool:
    workstation = target.vantages["workstation"]
    return kubernetes.api_health(workstation, target.kubeconfig, address, timeout=3.0).answering


API_SILENT: Gate[Target] = _felt(
    "the API does not answer at its VIP", lambda target: not _answers(target, str(target.inventory.vips.api))
)
"""The cluster has no API at all."""


def silent(on: str) -> Gate[Target]:
    """API servers do not answer, and the VIP does. on: which control-plane nodes'."""

    def observe(target: Target) -> bool:
        which = [hosts.address(target, name) for name in hosts.select(target, on)]
        # When one server is gone, the VIP has to have moved before the cluster is looked at.
        vip = str(target.inventory.vips.api)
        return not any(_answers(target, each) for each in which) and _answers(target, vip)

    return _felt(f"the API of the {on} does not answer", observe)


def pods(kind: str, namespace: str, name: str, number: int) -> Gate[Target]:
    """A workload has exactly so many pods, all ready. kind: "Deployment" or "DaemonSet"."""

    def observe(target: Target) -> bool:
        api = reach.api(target)
        look = kubernetes.deployment if kind == "Deployment" else kubernetes.daemonset
        space, own_name = filled(target, namespace), filled(target, name)
        found = look(api, space, own_name)
        # Not those of another workload whose name begins with this one's.
        own = re.compile(rf"{re.escape(own_name)}{_ENDINGS[kind]}")
        there = [pod for pod in kubernetes.pods(api, space) if own.fullmatch(pod.name)]
        return found is not None and found.complete and found.desired == number == len(there)

    return _felt(f"{kind} {namespace}/{name} has {number} pods", observe)


def gone(service: str, kind: str = "Deployment") -> Gate[Target]:
    """The workload of a service of the inventory has no pod. kind: as in ``pods``."""
    namespace, name = (f"{{services.{service}.{key}}}" for key in ("namespace", "workload"))
    return replace(pods(kind, namespace, name, 0), expected=f"the {kind} of {service} has no pod")


def chain(service: str, by: str) -> Gate[Target]:
    """A website shows, at the ingress VIP, a chain of this authority, or with "" of none that the inventory knows.

    service: the website's, in the inventory. by: "production" or "staging".
    """

    def observe(target: Target) -> bool:
        acme, host = target.inventory.acme, certificate(target, service).names[0]
        if acme is None:
            return False
        workstation, vip = target.vantages["workstation"], str(target.inventory.vips.ingress)
        shown = {
            environment: tls.handshake(workstation, vip, _HTTPS, host, roots)
            for environment, roots in (("production", acme.production.roots), ("staging", acme.staging.roots))
        }
        made = {environment: each for environment, each in shown.items() if isinstance(each, Handshake)}
        known = {environment for environment, each in made.items() if each.verified}
        return bool(made) and known == ({by} if by else set())

    return _felt(f"the website of {service} shows a chain of {by or 'no known authority'}", observe)


def setting(key: str, value: str) -> Gate[Target]:
    """PowerDNS runs with a setting that is this one. key: one of `probes.powerdns.SETTINGS`."""
    return _felt(
        f"PowerDNS has {key} = {value!r}", lambda target: dns.settings(subject.of(target)).get(key) == value
    )


def unprobed() -> Gate[Target]:
    """The kernel of PowerDNS' pod does not probe for packet sizes."""
    return _felt(
        "PowerDNS does not probe for packet sizes", lambda target: dns.probing(subject.of(target)) == "0"
    )


def open_to_proxies() -> Gate[Target]:
    """PowerDNS runs in a pod that keeps no proxies away."""
    return _felt(
        "PowerDNS' pod keeps no proxies away",
        lambda target: not dns.pod(subject.of(target)).kept_from_proxies,
    )


def unanswered(which: str) -> Gate[Target]:
    """A name server does not return the zone's SOA. which: as `diagnosis.chapters.dns.Look` calls it."""
    return _felt(
        f"the {which} does not answer",
        lambda target: serials.soa(dns.soa(subject.of(target), which)) is None,
    )


def passed_on() -> Gate[Target]:
    """The VPS shows for an unknown name what the cluster shows."""
    return _felt(
        "the VPS shows for an unknown name what the cluster shows",
        lambda target: public_path.passed_on(public_path.strangers(subject.of(target))),
    )


def provider_fails(status: int) -> Gate[Target]:
    """The identity provider answers, by its public name, with this status."""

    def observe(target: Target) -> bool:
        found = identity.described(subject.of(target)).values()
        return any(isinstance(each, Response) and each.status == status for each in found)

    return _felt(f"the identity provider answers with HTTP {status}", observe)


def provider_calls_itself(host: str) -> Gate[Target]:
    """The identity provider is asked by its public name, and says that it has this one."""

    def observe(target: Target) -> bool:
        found = identity.described(subject.of(target)).values()
        named = filled(target, host)
        return any(isinstance(each, identity.Described) and host_of(each.issuer) == named for each in found)

    return _felt("the identity provider calls itself by a name that only the cluster knows", observe)


def store(name: str, *, ready: bool) -> Gate[Target]:
    """A store of secrets is Ready, or not."""

    def observe(target: Target) -> bool:
        found = {each.name: each.ready for each in external_secrets.stores(reach.api(target))}
        return found.get(filled(target, name)) is ready

    return _felt(f"the store of Vault's values is {'' if ready else 'not '}Ready", observe)


def drawn(namespace: str, name: str, *, seconds: int) -> Gate[Target]:
    """A Secret was generated again, so many seconds after it was asked for. namespace, name: of the ExternalSecret."""
    path = f"/apis/external-secrets.io/v1beta1/namespaces/{namespace}/externalsecrets/{name}"

    def observe(target: Target) -> bool:
        found = get(target, filled(target, path)) or {}
        made = part(found, "metadata").get("creationTimestamp")
        again = part(found, "status").get("refreshTime")
        if not made or not again:
            return False
        return (datetime.fromisoformat(again) - datetime.fromisoformat(made)).total_seconds() > seconds

    return _felt(f"{name} is drawn again {seconds} s after it was asked for", observe)


def unscheduled(namespace: str, name: str) -> Gate[Target]:
    """A pod of a workload is Pending, while another one of it runs."""

    def observe(target: Target) -> bool:
        found = kubernetes.pods(reach.api(target), filled(target, namespace))
        return {pod.phase for pod in found if pod.name.startswith(f"{name}-")} == {"Pending", "Running"}

    return _felt(f"a pod of {name} waits for another one of it", observe)


def waits(namespace: str, reason: str) -> Gate[Target]:
    """A container of a namespace cannot be started. reason: in the words of the API."""

    def observe(target: Target) -> bool:
        found, wanted = identity.waiting(subject.of(target)), (filled(target, namespace), reason)
        return any((each.namespace, each.reason) == wanted for each in found)

    return _felt(f"a container waits with {reason}", observe)


def runs(path: str, words: str) -> Gate[Target]:
    """All pods of a Deployment were started from a description that has these words. path: of it in the API."""

    def observe(target: Target) -> bool:
        found = get(target, filled(target, path)) or {}
        return words in json.dumps(part(found, "spec", "template")) and settled(found)

    return _felt(f"the pods run with {words}", observe)
