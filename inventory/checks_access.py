"""Checks of what a cluster is made of and of how it is reached: nodes, names, credentials, vantage points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from inventory.cluster import (
    CONTROLPLANE,
    Capabilities,
    Cluster,
    Node,
    NodeKind,
    PowerCommands,
    VantageName,
    VantageSpec,
)
from inventory.finding import Check, Finding
from inventory.services import Credential, Service
from probes.waiting import Patience

LAB_MACHINES = ("gateway", "internet", "parent", "vps", "workstation")
"""The machines that the lab builds around the nodes; a node of a lab cannot have one of these names."""

WAYS = ("namespace", "nameservers", "whole", "host", "user", "identity_file")
"""The keys of a vantage point that say how to get there; each kind takes its own."""

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


def _control_plane(nodes: tuple[Node, ...]) -> Iterator[Finding]:
    number = sum(node.role == CONTROLPLANE for node in nodes)
    if number % 2 == 0:
        yield Finding(
            "nodes",
            f'{number or "no"} nodes with the role "{CONTROLPLANE}"',
            "an odd number of them, because etcd needs a majority",
        )


def _hosts(cluster: Cluster, services: Mapping[str, Service]) -> Iterator[Finding]:
    for name, service in services.items():
        if service.host is not None and not f".{service.host}".endswith(f".{cluster.domain}"):
            yield Finding(
                f"services.{name}.host", f'"{service.host}"', f'"{cluster.domain}" or a name under it'
            )


def _kubeconfig(cluster: Cluster, credentials: Mapping[str, Credential]) -> Iterator[Finding]:
    if cluster.kubeconfig is None:
        return
    named = credentials.get(cluster.kubeconfig)
    if named is None:
        yield Finding(
            "cluster.kubeconfig",
            f'"{cluster.kubeconfig}"',
            f"a name from [credentials]: {', '.join(credentials) or 'there are none'}",
        )
    elif named.kubernetes_secret is not None:
        yield Finding(
            f"credentials.{cluster.kubeconfig}",
            "kubernetes_secret, kept inside the cluster that it opens",
            "file or environment, for the credential that cluster.kubeconfig names",
        )


def _sources(credentials: Mapping[str, Credential]) -> Iterator[Finding]:
    for name, credential in credentials.items():
        given = [source for source in credential.__slots__ if getattr(credential, source) is not None]
        if len(given) != 1:
            yield Finding(
                f"credentials.{name}",
                " and ".join(given) if given else "no source",
                "exactly one of file, environment, kubernetes_secret",
            )
        if credential.environment is not None and _VARIABLE.fullmatch(credential.environment) is None:
            # Not shown: who writes something else than a name here has most likely pasted the value.
            yield Finding(
                f"credentials.{name}.environment",
                "a string (not shown)",
                "the name of an environment variable, in capitals",
            )


_TAKES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # kind: (keys it needs, keys it may have besides)
    "local": (frozenset(), frozenset()),
    "namespace": (frozenset({"namespace"}), frozenset({"nameservers", "whole"})),
    "ssh": (frozenset({"host"}), frozenset({"user", "identity_file"})),
}


def _vantages(cluster: Cluster, vantages: Mapping[VantageName, VantageSpec]) -> Iterator[Finding]:
    if "workstation" not in vantages:
        yield Finding(
            "vantages.workstation",
            "nothing",
            "a table: it is the place that everything is seen from by default",
        )
    for name, vantage in vantages.items():
        key = f"vantages.{name}"
        if cluster.provider == "lab":
            yield from _lab_vantage(key, vantage)
            continue
        needs, may = _TAKES[vantage.kind]
        for missing in sorted(key_ for key_ in needs if getattr(vantage, key_) is None):
            yield Finding(f"{key}.{missing}", "nothing", f'a string, which kind "{vantage.kind}" needs')
        for way in WAYS:
            if getattr(vantage, way) and way not in needs | may:
                yield Finding(
                    f"{key}.{way}", f'a key of another kind than "{vantage.kind}"', _takes(vantage.kind)
                )
        if name == "workstation" and vantage.kind == "ssh":
            yield Finding(f"{key}.kind", '"ssh"', '"local" or "namespace": the suite itself runs there')


def _takes(kind: str) -> str:
    needs, may = _TAKES[kind]
    keys = ["kind", *sorted(needs), *sorted(may), "address", "tailnet_address"]
    return ", ".join(keys)


def _lab_vantage(key: str, vantage: VantageSpec) -> Iterator[Finding]:
    if vantage.kind != "namespace":
        yield Finding(f"{key}.kind", f'"{vantage.kind}"', '"namespace", for the provider "lab"')
    for way in WAYS:
        if getattr(vantage, way) and way not in ("nameservers", "whole"):
            yield Finding(
                f"{key}.{way}", "a value", "nothing: the lab builds this machine and knows the way to it"
            )


def _lab(
    cluster: Cluster, nodes: tuple[Node, ...], node: NodeKind, vantages: Mapping[VantageName, VantageSpec]
) -> Iterator[Finding]:
    """The lab needs an address for each machine, and itself makes what only a build can know."""
    if cluster.provider != "lab":
        return
    for made in ("identity", "kubeconfig"):
        if getattr(cluster, made) is not None:
            yield Finding(
                f"cluster.{made}", "a value", 'nothing: the provider "lab" makes a new one with each build'
            )
    if cluster.gateway is None:
        yield Finding("cluster.gateway", "nothing", 'an IPv4 address, which the provider "lab" needs')
    wanted: dict[VantageName, tuple[str, ...]] = {
        "workstation": ("address",),
        "internet": ("address",),
        "vps": ("address", "tailnet_address"),
    }
    empty = VantageSpec(kind="namespace")
    for name, keys in wanted.items():
        present = vantages.get(name, empty)
        for key in (key for key in keys if getattr(present, key) is None):
            yield Finding(
                f"vantages.{name}.{key}", "nothing", 'an IPv4 address, which the provider "lab" needs'
            )
    if not node.resolvers:
        yield Finding(
            "node.resolvers", "nothing", 'at least one IPv4 address, which the provider "lab" needs'
        )
    for each in nodes:
        if each.name in LAB_MACHINES:
            yield Finding(
                f"nodes[{each.name}].name", f'"{each.name}"', f"another name than {', '.join(LAB_MACHINES)}"
            )


def _existing(cluster: Cluster) -> Iterator[Finding]:
    if cluster.provider == "existing" and cluster.kubeconfig is None:
        yield Finding(
            "cluster.kubeconfig", "nothing", 'a name from [credentials], which the provider "existing" needs'
        )


def _patience(patience: Mapping[str, Patience]) -> Iterator[Finding]:
    for name, one in patience.items():
        if one.every > one.within:
            yield Finding(
                f"patience.{name}.every",
                f"{one.every:g} s",
                f"at most the {one.within:g} s of within, or nothing is seen",
            )


def _capabilities(cluster: Cluster, capabilities: Capabilities) -> Iterator[Finding]:
    if cluster.provider == "lab":
        return
    for name in ("rebuild", "processes"):
        if getattr(capabilities, name):
            yield Finding(
                f"capabilities.{name}",
                "true",
                f'false: the provider "{cluster.provider}" only attaches to a cluster',
            )
    if capabilities.power and cluster.identity is None:
        yield Finding(
            "capabilities.power",
            "true",
            "false, or cluster.identity as well: consent is given for one cluster, which must be recognised",
        )


def _power(cluster: Cluster, capabilities: Capabilities, power: PowerCommands | None) -> Iterator[Finding]:
    if power is None:
        if cluster.provider != "lab" and capabilities.power:
            yield Finding("power", "nothing", "a table with off, on, status, which capabilities.power needs")
        return
    if cluster.provider == "lab":
        yield Finding("power", "a table", "nothing: the lab switches its own machines")
    for name in power.__slots__:
        command: tuple[str, ...] = getattr(power, name)
        if not any("{node}" in word for word in command):
            yield Finding(
                f"power.{name}", "a command that names no node", "a command with {node} in one of its words"
            )


CHECKS = (
    Check(_existing, ("cluster",)),
    Check(_kubeconfig, ("cluster", "credentials"), whole=("credentials",)),
    Check(_control_plane, ("nodes",), whole=("nodes",)),
    Check(_hosts, ("cluster", "services")),
    Check(_sources, ("credentials",)),
    Check(_vantages, ("cluster", "vantages"), whole=("vantages",)),
    Check(_lab, ("cluster", "nodes", "node", "vantages"), whole=("vantages",)),
    Check(_patience, ("patience",)),
    Check(_capabilities, ("cluster", "capabilities")),
    Check(_power, ("cluster", "capabilities", "power")),
)
