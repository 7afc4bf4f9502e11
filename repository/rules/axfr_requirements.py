"""What the zone transfer requires is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _charts, _pods, _powerdns, _words
from repository.rules._powerdns import Server
from repository.values import Place, maps, walk

SYSCTL = "net.ipv4.tcp_mtu_probing"
DENYLIST = "io.cilium.proxy.denylist"
PRIVILEGED = "pod-security.kubernetes.io/enforce"


def check(repo: Repository) -> Iterator[Finding]:
    """Each of the requirements that a server does not meet."""
    for server in _powerdns.servers(repo):
        yield from _sysctl(server)
        if _cilium(repo):
            yield from _denylist(server)
        yield from _policy(repo, server)
        yield from _namespace(repo, server)
        yield from _transfer(repo, server)
    yield from _kubelet(repo, next(_powerdns.servers(repo)))


def _sysctl(server: Server) -> Iterator[Finding]:
    if server.pods:
        path = (*(_pods.template(server.pods) or ()), "spec", "securityContext", "sysctls")
        given, place = server.pods.get(*path, default=[]), server.pods.at(*path)
    else:
        given, place = server.value("podSecurityContext", "sysctls")
    if {str(each.get("value")) for each in maps(given) if each.get("name") == SYSCTL} != {"1"}:
        yield Finding(place, server.said, f"its pods are not given {SYSCTL}", f"the sysctl {SYSCTL} = 1")


def _denylist(server: Server) -> Iterator[Finding]:
    if server.pods:
        path = (*(_pods.template(server.pods) or ()), "metadata", "annotations")
        given, place = server.pods.get(*path, default={}), server.pods.at(*path)
    else:
        given, place = server.value("podAnnotations")
    said = str(_words.table(given).get(DENYLIST, ""))
    missing = [each for each in ("53/TCP", "53/UDP") if each not in said]
    if missing:
        found = f"its pods' annotation {DENYLIST} lacks {' and '.join(missing)}"
        yield Finding(place, server.said, found, f'{DENYLIST}: "53/TCP,53/UDP"', "proxy")


def _cilium(repo: Repository) -> bool:
    """Whether Cilium is the CNI, whoever installs it."""
    terraform = any(
        each.labels[:1] == ("helm_release",)
        and str(each.body.get("chart", "")).rpartition("/")[2] == "cilium"
        for each in repo.blocks
    )
    return terraform or any(_charts.name_of(each) == "cilium" for each in repo.releases)


def _policy(repo: Repository, server: Server) -> Iterator[Finding]:
    said = "externalTrafficPolicy is Local, so the VIP answers only at the node of the pod"
    for one in _powerdns.services(repo, server):
        if one.get("spec", "externalTrafficPolicy") == "Local" and one.get("spec", "type") == "LoadBalancer":
            yield Finding(
                one.at("spec", "externalTrafficPolicy"),
                str(one),
                said,
                "externalTrafficPolicy: Cluster",
                "policy",
            )
    local = server.release.local if server.release else None
    bodies = [server.release.values] if server.release else []
    bodies += [local.values.body] if local and local.values else []
    paths = [
        path
        for body in bodies
        for path, value in walk(body)
        if path[-1:] == ("externalTrafficPolicy",) and value == "Local"
    ]
    if paths:
        yield Finding(
            server.value(*map(str, paths[0]))[1],
            server.said,
            said,
            "externalTrafficPolicy: Cluster",
            "policy",
        )


def _namespace(repo: Repository, server: Server) -> Iterator[Finding]:
    for one in {
        each.at(): each for each in (*repo.kinds("Namespace"), *repo.written) if each.kind == "Namespace"
    }.values():
        if one.name == server.namespace and one.get("metadata", "labels", PRIVILEGED) != "privileged":
            found = f"pod security is {one.get('metadata', 'labels', PRIVILEGED, default='not set')}"
            yield Finding(
                one.at("metadata", "labels"),
                str(one),
                f"{found}, and the sysctl needs privileged",
                f"{PRIVILEGED}: privileged",
            )


def _transfer(repo: Repository, server: Server) -> Iterator[Finding]:
    """The server itself must allow transfers: PowerDNS allows them from nowhere but itself by default."""
    for place, key, value in _settings(repo, server):
        if key == "disable-axfr" and str(value).lower() in {"yes", "true", "on"}:
            yield Finding(place, server.said, "disable-axfr is on", "disable-axfr: no")
    names = {key for _, key, _ in _settings(repo, server)}
    if server.release and "allow-axfr-ips" not in names:
        yield Finding(
            server.place, server.said, "it sets no allow-axfr-ips", "allow-axfr-ips with the VPS' address"
        )


def _settings(repo: Repository, server: Server) -> Iterator[tuple[Place, str, Any]]:
    bodies: list[tuple[Any, Callable[..., Place]]] = []
    if server.release:
        release = server.release.object
        bodies.append((server.release.values, partial(release.at, "spec", "values")))
        local = server.release.local
        if local and local.values:
            bodies.append((local.values.body, local.values.at))
    elif server.pods:
        bodies.append((server.pods.body, server.pods.at))
        bodies += [
            (each.body, each.at) for each in repo.kinds("ConfigMap") if each.namespace == server.namespace
        ]
    for body, at in bodies:
        for path, each in walk(body):
            name, value = _words.variable(path, each)
            yield at(*path), name.lower().removeprefix("pdns_").replace("_", "-"), value
            if isinstance(value, str) and "\n" in value:
                for key, said in re.findall(r"^\s*([a-z-]+)\s*=\s*(\S*)", value, re.MULTILINE):
                    yield at(*path), key, said


def _kubelet(repo: Repository, server: Server) -> Iterator[Finding]:
    """The kubelets must allow the sysctl, or the pod is refused. Only where machines are configured from here."""
    texts = [text for _, text in _words.everywhere(repo)]
    keys = [key for each in repo.blocks for path, _ in walk(each.body) if path and (key := str(path[-1]))]
    machines = any("machine_configuration" in each for block in repo.blocks for each in block.labels) or any(
        "talos" in document.file for document in repo.documents
    )
    allowed = any("allowed-unsafe-sysctls" in key for key in keys) or any(
        "allowed-unsafe-sysctls" in each for each in texts
    )
    if not allowed:
        allowed = any(
            "allowed-unsafe-sysctls" in str(path)
            for document in repo.documents
            for path, _ in walk(document.body)
        )
    if machines and not allowed:
        found = f"no machine's kubelet is told to allow {SYSCTL}, and refuses its pods"
        yield Finding(
            server.place, server.said, found, f"allowed-unsafe-sysctls: {SYSCTL} in the machines' kubelets"
        )


RULE = Rule(
    slug="axfr-requirements",
    decision="What the zone transfer requires is there",
    rationale=(
        "Transfers died of the tailnet's MTU, of Cilium's DNS proxy, and of a VIP that only answers where the pod is. "
        "So: TCP MTU probing, allowed by the kubelet, in a privileged namespace; no proxy; policy Cluster."
    ),
    incident="axfr-pmtud-blackhole",
    reads=("yaml", "rendered", "hcl"),
    applies=_powerdns.none,
    check=check,
)
