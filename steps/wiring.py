"""What steps ask of the fixtures, as types: the shapes that they rely on, and nothing of how these are made.

Steps see only `probes/`; everything alive arrives as a fixture, and these protocols are what each must offer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

from testinfra.host import Host

from probes.supervised import NodeService
from probes.transfer import Record
from probes.vantage import Vantage
from probes.waiting import Patience, never

T = TypeVar("T")


class Wait(Protocol):
    """`eventually` and `holds`: see `probes.waiting`. Patience by its name in the inventory, or a promised bound."""

    def __call__(
        self,
        observe: Callable[[], T],
        until: Callable[[T], bool],
        *,
        expected: str,
        patience: str | Patience,
        hopeless: Callable[[T], str | None] = never,
        vantage: str = "",
    ) -> T:
        """Wait, and return the observation that ended it."""
        ...


class Observed(Protocol):
    """Puts an observation on record."""

    def __call__(self, what: str, value: object, vantage: str | Vantage = ...) -> None:
        """Record that `what` was seen to be `value`."""
        ...


class Node(Protocol):
    """A node as the inventory plans it. role: "controlplane" or "worker"."""

    name: str
    role: str
    address: IPv4Address


class Cluster(Protocol):
    """The cluster as the inventory plans it."""

    domain: str
    kubernetes_version: str
    pod_network: IPv4Network


class NodeKind(Protocol):
    """What the inventory says of all nodes."""

    interface: str
    resolvers: tuple[IPv4Address, ...]
    unsafe_sysctls: tuple[str, ...]


class Vips(Protocol):
    """The addresses that move."""

    api: IPv4Address
    ingress: IPv4Address
    dns: IPv4Address


class AddressRange(Protocol):
    """Consecutive addresses."""

    first: IPv4Address
    last: IPv4Address

    def __contains__(self, address: IPv4Address) -> bool:
        """Whether the address is one of them."""
        ...


class Pool(Protocol):
    """A planned pool of addresses."""

    name: str
    addresses: tuple[AddressRange, ...]
    auto_assign: bool


class Routes(Protocol):
    """What is advertised into the tailnet."""

    advertised: IPv4Network


class Dns(Protocol):
    """The planned zone. refresh, retry: seconds, of its SOA; parent_server: one name server of the parent zone."""

    nameservers: tuple[str, ...]
    parent: str
    refresh: float
    retry: float
    transfer_clients: tuple[IPv4Network, ...]
    parent_server: IPv4Address | None


class Ingress(Protocol):
    """How services are published."""

    class_name: str
    replicas: int


class Storage(Protocol):
    """Where volumes come from."""

    class_name: str


class AcmeEnvironment(Protocol):
    """One certificate authority. roots: PEM; None: what the looking machine trusts."""

    directory: str
    roots: Path | None


class Acme(Protocol):
    """Who certifies public names. environment: "production" or "staging", and so which one is chosen."""

    issuer: str
    environment: str
    days_left: int
    production: AcmeEnvironment
    staging: AcmeEnvironment

    @property
    def chosen(self) -> AcmeEnvironment:
        """The environment in force."""
        ...

    @property
    def other(self) -> AcmeEnvironment:
        """The one that must not have signed anything."""
        ...


class Vps(Protocol):
    """What runs on the VPS. services: "s6" or "systemd"; own_sites: names that it serves itself."""

    services: str
    name_server: str
    proxy: str
    metrics_port: int | None
    own_sites: tuple[str, ...]


class Registry(Protocol):
    """The platform's own registry: whose images it passes on, and images that nobody is likely to have pulled."""

    mirrored: tuple[str, ...]
    unseen: tuple[str, ...]


class Identity(Protocol):
    """The identity provider. kind: "keycloak", "authentik"; code_lifetime: seconds; foreign_audience: a scope."""

    kind: str
    issuer: str
    administrator: str
    code_lifetime: float
    allowed_group: str
    foreign_audience: str | None

    def issuer_of(self, client_id: str) -> str:
        """Return the issuer of a client's tokens."""
        ...


class RelyingParty(Protocol):
    """An application that people sign in to by the provider. username_claim: what becomes their name there.

    administrator: the account behind its credential; None: as it is usually called.
    """

    client_id: str
    login_start: str
    redirect_uri: str
    scopes: tuple[str, ...]
    username_claim: str
    admin_group: str | None
    administrator: str | None
    role: str | None


class Service(Protocol):
    """A planned system of the cluster, and the name that people reach it by."""

    namespace: str
    host: str | None


class Place(Protocol):
    """Addresses of a vantage point: the one that others see, and the one on the tailnet."""

    address: IPv4Address | None
    tailnet_address: IPv4Address | None


class ProbePods(Protocol):
    """Where the probe pods are."""

    namespace: str
    daemonset: str


class Inventory(Protocol):
    """The plan of the cluster. A scenario that asks for a section that its file leaves out is unsupported."""

    cluster: Cluster
    nodes: tuple[Node, ...]
    controlplanes: tuple[Node, ...]
    workers: tuple[Node, ...]
    node: NodeKind
    vips: Vips
    pools: tuple[Pool, ...]
    routes: Routes
    dns: Dns
    ingress: Ingress
    storage: Storage
    acme: Acme
    vps: Vps
    registry: Registry
    identity: Identity
    relying_parties: Mapping[str, RelyingParty]
    credentials: Mapping[str, object]
    services: Mapping[str, Service]
    vantages: Mapping[str, Place]
    probe: ProbePods


class Target(Protocol):
    """The handle on the running cluster."""

    name: str
    inventory: Inventory
    kubeconfig: Path
    identity: str
    vantages: Mapping[str, Vantage]


class Power(Protocol):
    """Switches machines; what a scenario switched off is on again when it is over."""

    def off(self, node: str) -> None:
        """Cut the power of a host."""
        ...

    def on(self, node: str) -> None:
        """Give it back."""
        ...

    def is_on(self, node: str) -> bool:
        """Tell whether the host has power."""
        ...


class Scratch(Protocol):
    """A namespace of the scenario's own, which is removed when it is over."""

    namespace: str

    def apply(self, manifest: str, **values: object) -> None:
        """Create or change the objects of a template in `steps/manifests/`."""
        ...

    def delete(self, kind: str, name: str) -> None:
        """Remove one of them."""
        ...


class ScratchZone(Protocol):
    """A zone of the scenario's own at the cluster's name server, which is removed when it is over."""

    name: str

    def fill(self, count: int) -> frozenset[Record]:
        """Make it, with so many records."""
        ...


class KillPod(Protocol):
    """Ends a pod of the platform without warning."""

    def __call__(self, namespace: str, pod: str) -> None:
        """Kill it."""
        ...


class Inject(Protocol):
    """Has a fault of the catalogue in the target for as long as a block lasts."""

    def __call__(self, fault: str) -> AbstractContextManager[None]:
        """Break it on entry and mend it on exit."""
        ...


class SayUnsupported(Protocol):
    """Ends a scenario that this target cannot do."""

    def __call__(self, reason: str) -> NoReturn:
        """Say what is missing."""
        ...


class InPod(Protocol):
    """Gives the place inside a pod."""

    def __call__(self, namespace: str, pod: str) -> Vantage:
        """Return it."""
        ...


class OnNode(Protocol):
    """Gives the testinfra host of a node."""

    def __call__(self, node: str) -> Host:
        """Return it."""
        ...


class At(Protocol):
    """Gives the place on a node, in the node's own network."""

    def __call__(self, node: str) -> Vantage:
        """Return it."""
        ...


class ServicesOn(Protocol):
    """Tells the services of a node, whatever init it has."""

    def __call__(self, node: str) -> tuple[NodeService, ...]:
        """Return them, sorted by name."""
        ...


class CredentialFile(Protocol):
    """Gives the file of a credential."""

    def __call__(self, name: str) -> Path:
        """Return its path."""
        ...


class Phase(Protocol):
    """One unit of one bootstrap. started: Unix time; outcome: "ready" when its gate held."""

    layer: str
    unit: str
    started: float
    seconds: float
    outcome: str
    detail: str


class Bootstrap(Protocol):
    """One bootstrap. planned: the units that it had to bring up. needs: of each unit, those that it needs."""

    from_nothing: bool
    phases: Sequence[Phase]
    planned: Sequence[str]
    needs: Mapping[str, Sequence[str]]
    finished: datetime


class Provider(Protocol):
    """Who builds and destroys the target."""

    def build(self) -> Target:
        """Bootstrap it."""
        ...

    def destroy(self) -> None:
        """Remove it, except layer 00."""
        ...

    def generation(self) -> str:
        """Tell this build from the next one; "" when there is none."""
        ...
