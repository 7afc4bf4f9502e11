"""An inventory as a whole. Its annotations, and those of its tables, are the whole grammar of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from inventory.cluster import (
    CONTROLPLANE,
    WORKER,
    Capabilities,
    Cluster,
    Node,
    NodeKind,
    Patiences,
    Pool,
    PowerCommands,
    Probe,
    Routes,
    Table,
    VantageName,
    VantageSpec,
    Vips,
    Waiting,
)
from inventory.services import (
    Acme,
    Backups,
    Credential,
    Dns,
    Identity,
    Ingress,
    InternalCa,
    Registry,
    RelyingParty,
    Repository,
    Service,
    Storage,
    Vault,
    Vps,
)


@dataclass(frozen=True, slots=True)
class LabAddresses:
    """The addresses of the machines around the nodes, which the lab builds as well."""

    gateway: IPv4Address
    workstation: IPv4Address
    internet: IPv4Address
    vps_public: IPv4Address
    vps_tailnet: IPv4Address
    resolver: IPv4Address
    parent: IPv4Address


@dataclass(frozen=True, slots=True)
class Inventory(Table):
    """What one cluster is."""

    schema: Annotated[Literal[1], Field(description="1, the only schema so far")]
    """the version of this format"""
    cluster: Cluster
    """the cluster as a whole"""
    nodes: tuple[Node, ...]
    """one table for each machine"""
    node: NodeKind
    """what all machines have in common"""
    vips: Vips
    """addresses that move from node to node"""
    pools: tuple[Pool, ...]
    """MetalLB's address pools"""
    routes: Routes
    """what the tailnet learns from the cluster"""
    vantages: Mapping[VantageName, VantageSpec]
    """where the suite looks from"""
    dns: Dns | None = None
    """the cluster's zone, and its way to the world"""
    ingress: Ingress | None = None
    """how services are published"""
    storage: Storage | None = None
    """where volumes come from"""
    acme: Acme | None = None
    """who certifies the public names"""
    internal_ca: InternalCa = field(default_factory=InternalCa)
    """who certifies what only pods speak to"""
    vps: Vps | None = None
    """what runs in front of the cluster"""
    vault: Vault = field(default_factory=Vault)
    """where the platform's secrets are"""
    backups: Backups = field(default_factory=Backups)
    """who takes snapshots"""
    identity: Identity | None = None
    """whom the people are known to"""
    relying_parties: Mapping[str, RelyingParty] = field(default_factory=dict[str, RelyingParty])
    """what people sign in to by it"""
    repository: Repository | None = None
    """the owner's manifests"""
    registry: Registry | None = None
    """the platform's own registry"""
    services: Mapping[str, Service] = field(default_factory=dict[str, Service])
    """what runs on the cluster"""
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    """where each secret is kept"""
    probe: Probe | None = None
    """how single nodes are looked at"""
    patience: Mapping[str, Patiences] = field(default_factory=dict[str, Waiting])
    """how long to wait for what"""
    capabilities: Capabilities = field(default_factory=Capabilities)
    """what the suite may do to this cluster"""
    power: PowerCommands | None = None
    """the switch of an existing cluster"""

    @property
    def controlplanes(self) -> tuple[Node, ...]:
        """The nodes that carry the control plane, in the file's order."""
        return tuple(node for node in self.nodes if node.role == CONTROLPLANE)

    @property
    def workers(self) -> tuple[Node, ...]:
        """The nodes that carry only workloads, in the file's order."""
        return tuple(node for node in self.nodes if node.role == WORKER)

    @property
    def public_roots(self) -> Path | None:
        """Whom to trust for public names: PEM file of the authority in force; None for who looks to decide."""
        return self.acme.chosen.roots if self.acme else None

    @property
    def lab(self) -> LabAddresses:
        """Where the lab's other machines stand.

        Raises:
            ValueError: in an inventory of another provider that leaves one of them out.

        """
        empty = VantageSpec(kind="namespace")
        vps, internet = self.vantages.get("vps", empty), self.vantages.get("internet", empty)
        return LabAddresses(
            gateway=_given("cluster.gateway", self.cluster.gateway),
            workstation=_given("vantages.workstation.address", self.vantages["workstation"].address),
            internet=_given("vantages.internet.address", internet.address),
            vps_public=_given("vantages.vps.address", vps.address),
            vps_tailnet=_given("vantages.vps.tailnet_address", vps.tailnet_address),
            resolver=_given("node.resolvers", next(iter(self.node.resolvers), None)),
            parent=_given("dns.parent_server", self.dns.parent_server if self.dns else None),
        )


def _given(key: str, address: IPv4Address | None) -> IPv4Address:
    if address is None:
        raise ValueError(f"this inventory does not describe a lab: {key} is missing")
    return address
