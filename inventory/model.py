"""What a cluster is, as frozen values. `inventories/README.md` explains every key for people.

The annotations are the whole grammar of the file: ``read.py`` reads a table by the fields of its class and
``write.py`` writes it back, so a new key is a new field and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Literal

from inventory import kinds
from probes.waiting import Patience

CONTROLPLANE = "controlplane"
WORKER = "worker"
VantageName = Literal["workstation", "vps", "internet"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster as a whole. ``identity`` is its namespace kube-system's UID; without it any will do."""

    name: kinds.Label
    provider: Annotated[str, kinds.one_of("lab", "existing")]
    domain: kinds.Domain
    kubernetes_version: kinds.Version
    node_network: kinds.Network
    pod_network: kinds.Network
    service_network: kinds.Network
    gateway: kinds.Address | None = None
    identity: kinds.Uuid | None = None
    kubeconfig: kinds.Text | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One machine of the cluster, and the one address that Kubernetes knows it by."""

    name: kinds.Label
    role: Annotated[str, kinds.one_of(CONTROLPLANE, WORKER)]
    address: kinds.Address


@dataclass(frozen=True, slots=True)
class NodeKind:
    """What all nodes share: service manager, network card, name servers, sysctls that pods may set."""

    services: Annotated[str, kinds.one_of("s6", "talos")]
    interface: kinds.Text = "eth0"
    resolvers: tuple[kinds.Address, ...] = ()
    unsafe_sysctls: tuple[kinds.Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Vips:
    """The addresses that move between nodes: the API's by the control plane, the others by MetalLB."""

    api: kinds.Address
    ingress: kinds.Address
    dns: kinds.Address


@dataclass(frozen=True, slots=True)
class Pool:
    """One MetalLB pool. A pool that does not auto-assign serves only services that ask for its address."""

    name: kinds.Label
    addresses: tuple[kinds.Range, ...]
    auto_assign: kinds.Flag


@dataclass(frozen=True, slots=True)
class Routes:
    """What the tailnet learns from the cluster: the network through which the VPS reaches the VIPs."""

    advertised: kinds.Network


@dataclass(frozen=True, slots=True)
class Dns:
    """The cluster's zone and its way to the world. ``refresh`` and ``retry`` are seconds, as in its SOA.

    The parent zone delegates to ``nameservers``; only ``transfer_clients`` may copy the zone from its primary.
    ``parent_server`` is one name server of the parent; without it the delegation is asked for by resolvers.
    """

    nameservers: tuple[kinds.Domain, ...]
    parent: kinds.Domain
    refresh: kinds.Duration
    retry: kinds.Duration
    transfer_clients: tuple[kinds.Network, ...]
    parent_server: kinds.Address | None = None


@dataclass(frozen=True, slots=True)
class Ingress:
    """How services are published: the class of an Ingress, and how many controllers serve it."""

    class_name: kinds.Label = "nginx"
    replicas: kinds.Count = 2


@dataclass(frozen=True, slots=True)
class Storage:
    """Where volumes come from: the name of the default StorageClass."""

    class_name: kinds.Label


@dataclass(frozen=True, slots=True)
class AcmeEnvironment:
    """One certificate authority that speaks ACME. Without ``roots`` (PEM) the trust store of the looker counts."""

    directory: kinds.Url
    roots: kinds.File | None = None


@dataclass(frozen=True, slots=True)
class Acme:
    """Who certifies the public names. ``environment`` is the one switch between production and staging.

    ``days_left`` is how long every certificate must still be valid.
    """

    issuer: kinds.Label
    environment: Annotated[str, kinds.one_of("production", "staging")]
    days_left: kinds.Count
    production: AcmeEnvironment
    staging: AcmeEnvironment

    @property
    def chosen(self) -> AcmeEnvironment:
        """The environment in force."""
        return self.production if self.environment == "production" else self.staging

    @property
    def other(self) -> AcmeEnvironment:
        """The environment that must not have signed anything."""
        return self.staging if self.environment == "production" else self.production


@dataclass(frozen=True, slots=True)
class Vps:
    """What runs in front of the cluster: who supervises it, its programs, the names that it serves itself.

    ``metrics_port``: where its name server tells its counters over HTTP, on the loopback; None: it does not.
    """

    services: Annotated[str, kinds.one_of("s6", "systemd")]
    name_server: kinds.Text = "pdns"
    proxy: kinds.Text = "nginx"
    metrics_port: kinds.Count | None = None
    own_sites: tuple[kinds.Domain, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity provider: whose pages and administration it has, and who it lets in.

    In ``issuer``, ``{client}`` stands for a client's id, where each client has an issuer of its own.
    ``administrator`` is the account behind the credential ``identity-admin``; authentik has an API token instead.
    ``foreign_audience`` is a scope: whoever asks for it gets a token that is signed for none of the relying parties.
    """

    kind: Annotated[str, kinds.one_of("keycloak", "authentik")]
    issuer: kinds.Url
    code_lifetime: kinds.Duration
    allowed_group: kinds.Text
    administrator: kinds.Text = "admin"
    foreign_audience: kinds.Text | None = None

    def issuer_of(self, client_id: str) -> str:
        """Return the issuer that tokens for a client name (their ``iss``), below which its discovery document is."""
        return self.issuer.replace("{client}", client_id)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """An application that people sign in to by the identity provider: an OpenID Connect client.

    ``login_start`` is asked to begin; ``username_claim`` becomes the account's name there; members of
    ``admin_group`` are its administrators. ``administrator`` is the account behind its credential; without it, as the
    application is usually installed. ``role`` is what Vault wants to be told at the start.
    """

    client_id: kinds.Text
    login_start: kinds.Url
    redirect_uri: kinds.Url
    scopes: tuple[kinds.Text, ...]
    username_claim: kinds.Text
    admin_group: kinds.Text | None = None
    administrator: kinds.Text | None = None
    role: kinds.Text | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """The platform's own registry, which passes on what others have.

    ``mirrored`` are those others, as images name them; ``unseen`` are images that nobody is likely to have pulled.
    """

    mirrored: tuple[kinds.Domain, ...]
    unseen: tuple[kinds.Text, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One system on the cluster: its namespace and, where people reach it by a name, its host name."""

    namespace: kinds.Label
    host: kinds.Domain | None = None


@dataclass(frozen=True, slots=True)
class SecretRef:
    """One key of a Secret in the cluster itself."""

    namespace: kinds.Label
    name: kinds.Domain
    key: kinds.Text


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a secret is kept; exactly one source. The value is never in an inventory."""

    file: kinds.File | None = None
    environment: kinds.Text | None = None
    kubernetes_secret: SecretRef | None = None


@dataclass(frozen=True, slots=True)
class VantageSpec:
    """A place to look from, how to get there, and the addresses that it has.

    ``address`` is what the others see of it; ``tailnet_address`` is its second address, on the tailnet.
    ``nameservers`` resolve names for a network namespace, which has no resolver of its own. ``whole``: programs
    run on the machine that lives in the namespace, with its files, and not only in its network.
    """

    kind: Annotated[str, kinds.one_of("local", "namespace", "ssh")]
    namespace: kinds.Text | None = None
    host: kinds.Domain | None = None
    user: kinds.Label | None = None
    identity_file: kinds.File | None = None
    nameservers: tuple[kinds.Address, ...] = ()
    address: kinds.Address | None = None
    tailnet_address: kinds.Address | None = None
    whole: kinds.Flag = False


@dataclass(frozen=True, slots=True)
class Probe:
    """The privileged DaemonSet through which single nodes are looked at."""

    namespace: kinds.Label
    image: kinds.Text
    daemonset: kinds.Label


@dataclass(frozen=True, slots=True)
class PowerCommands:
    """How the operator switches a node of a cluster that is not the lab; ``{node}`` stands for its name.

    ``status`` prints ``on`` or ``off``.
    """

    off: tuple[kinds.Text, ...]
    on: tuple[kinds.Text, ...]
    status: tuple[kinds.Text, ...]


@dataclass(frozen=True, slots=True)
class Repository:
    """The owner's repository of manifests. Without ``waivers`` it is ``clusterspec-waivers.toml`` in it, if any."""

    path: kinds.Folder
    waivers: kinds.File | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the suite may do to this cluster. Everything is forbidden until it is allowed."""

    rebuild: kinds.Flag = False
    power: kinds.Flag = False
    processes: kinds.Flag = False

    def granted(self) -> frozenset[str]:
        """The names of what is allowed."""
        return frozenset(name for name in self.__slots__ if getattr(self, name))


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
class Inventory:
    """One inventory file. ``source`` is the file it was read from and takes no part in comparisons."""

    schema: kinds.Schema
    cluster: Cluster
    nodes: tuple[Node, ...]
    node: NodeKind
    vips: Vips
    pools: tuple[Pool, ...]
    routes: Routes
    vantages: Mapping[VantageName, VantageSpec]
    dns: Dns | None = None
    ingress: Ingress | None = None
    storage: Storage | None = None
    acme: Acme | None = None
    vps: Vps | None = None
    identity: Identity | None = None
    relying_parties: Mapping[str, RelyingParty] = field(default_factory=dict[str, RelyingParty])
    repository: Repository | None = None
    registry: Registry | None = None
    services: Mapping[str, Service] = field(default_factory=dict[str, Service])
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    probe: Probe | None = None
    patience: Mapping[str, Patience] = field(default_factory=dict[str, Patience])
    capabilities: Capabilities = field(default_factory=Capabilities)
    power: PowerCommands | None = None
    source: Annotated[Path | None, "not a key"] = field(default=None, compare=False)

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
