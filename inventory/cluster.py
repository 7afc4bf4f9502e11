"""What a cluster is made of, and how it is reached. The string below a field is its explanation for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from inventory import kinds
from probes.waiting import Patience

CONTROLPLANE = "controlplane"
WORKER = "worker"
VantageName = Literal["workstation", "vps", "internet"]


class Table:
    """A table of the file: it takes no keys but its own."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "hide_input_in_errors": True}


@dataclass(frozen=True, slots=True)
class Cluster(Table):
    """The cluster as a whole."""

    name: kinds.Label
    """your name for it; what `--confirm-target` must say before anything is disrupted"""
    provider: Literal["lab", "existing"]
    """`"lab"` builds the miniature, `"existing"` attaches to what runs"""
    domain: kinds.Domain
    """the zone of the cluster's host names"""
    kubernetes_version: kinds.Version
    """what the API server reports; another version ends the run at once"""
    node_network: kinds.Network
    """the network of the machines: all nodes, VIPs and pools are in it"""
    pod_network: kinds.Network
    """the network of the pods; overlaps no other"""
    service_network: kinds.Network
    """the network of the services; overlaps no other"""
    gateway: kinds.Address | None = None
    """the router of the node network; the lab needs it"""
    identity: kinds.Uuid | None = None
    """UID of the namespace `kube-system`: it pins the file to one cluster. Without it everything can be looked at and
    nothing disrupted. The lab makes a new one with each build, so it is not allowed there"""
    kubeconfig: kinds.Text | None = None
    """the name under `[credentials]` that opens the API; `existing` needs it, the lab makes its own"""


@dataclass(frozen=True, slots=True)
class Node(Table):
    """One machine of the cluster."""

    name: kinds.Label
    """its name in Kubernetes; each is there once"""
    role: Literal["controlplane", "worker"]
    """there is an odd number of control-plane nodes"""
    address: kinds.Address
    """its only IPv4 address"""


@dataclass(frozen=True, slots=True)
class NodeKind(Table):
    """What all nodes have in common."""

    services: Literal["s6", "talos"]
    """who supervises a node's services: `"s6"` (lab) or `"talos"`"""
    interface: kinds.Text = "eth0"
    """the network card with the node's address"""
    resolvers: tuple[kinds.Address, ...] = ()
    """the name servers that the machines themselves use; the lab needs at least one"""
    unsafe_sysctls: tuple[kinds.Text, ...] = ()
    """kernel settings that the kubelet lets a pod change although they are on its list of unsafe ones"""


@dataclass(frozen=True, slots=True)
class Vips(Table):
    """The addresses that move from node to node."""

    api: kinds.Address
    """the API's, held by one of the control-plane nodes; in no pool"""
    ingress: kinds.Address
    """the ingress controller's, from one of the pools"""
    dns: kinds.Address
    """the name server's, from one of the pools"""


@dataclass(frozen=True, slots=True)
class Pool(Table):
    """One address pool of MetalLB."""

    name: kinds.Label
    """the pool's name; each is there once"""
    addresses: tuple[kinds.Range, ...]
    """networks (`"10.0.3.2/32"`) and ranges (`"10.0.3.4-10.0.3.20"`), all within `routes.advertised`"""
    auto_assign: kinds.Flag
    """`false` reserves the pool for services that ask for one of its addresses"""


@dataclass(frozen=True, slots=True)
class Routes(Table):
    """What the tailnet learns from the cluster."""

    advertised: kinds.Network
    """the network that the control-plane nodes advertise on the tailnet, the VPS's only way to the VIPs and pools"""


@dataclass(frozen=True, slots=True)
class VantageSpec(Table):
    """A place to look from, how to get there, and the addresses that it has."""

    kind: Literal["local", "namespace", "ssh"]
    """`"local"`: this machine. `"namespace"`: a network namespace of this machine. `"ssh"`: another machine (not for
    `workstation`)"""
    namespace: kinds.Text | None = None
    """its name under `/run/netns`; `namespace` needs it, but in the lab, which makes its own"""
    host: kinds.Domain | None = None
    """for `ssh`, which needs it: where to"""
    user: kinds.Label | None = None
    """for `ssh`: as whom; else as your ssh configuration says"""
    identity_file: kinds.File | None = None
    """for `ssh`: the private key; else as your ssh configuration says. It is used without asking for a passphrase"""
    nameservers: tuple[kinds.Address, ...] = ()
    """for `namespace`, which has no resolver of its own: who resolves names there"""
    address: kinds.Address | None = None
    """the address that others see, of `vps` and `internet`; what needs it is unsupported without it. The lab gives it
    to the machine that it builds"""
    tailnet_address: kinds.Address | None = None
    """of `vps`: its address on the tailnet; the lab needs it"""
    whole: kinds.Flag = False
    """for `namespace`: `true` if a machine lives there (its PID 1 does): programs then run on it, with its files, and
    not only in its network"""


@dataclass(frozen=True, slots=True)
class Probe(Table):
    """The privileged DaemonSet through which single nodes are looked at."""

    namespace: kinds.Label
    """where it runs"""
    image: kinds.Text
    """an image with BusyBox"""
    daemonset: kinds.Label
    """its name"""


@dataclass(frozen=True, slots=True)
class Waiting(Patience, Table):
    """One patience of the file."""

    within: kinds.Duration
    """it must have come true after this time"""
    every: kinds.Duration = 0.5
    """the pause between two looks"""
    hold: kinds.DurationOrNone = 0.0
    """it must then stay true for this time"""


@dataclass(frozen=True, slots=True)
class Capabilities(Table):
    """What the suite may do to this cluster. Everything is forbidden until it is allowed."""

    rebuild: kinds.Flag = False
    """destroy and build it anew; only the lab"""
    power: kinds.Flag = False
    """switch machines off and on; an existing cluster needs `cluster.identity` and `[power]` for it"""
    processes: kinds.Flag = False
    """stop and pause single services of a machine; only the lab"""

    def granted(self) -> frozenset[str]:
        """The names of what is allowed."""
        return frozenset(name for name in self.__slots__ if getattr(self, name))


@dataclass(frozen=True, slots=True)
class PowerCommands(Table):
    """How the operator switches a node of a cluster that is not the lab; `{node}` stands for its name."""

    off: tuple[kinds.Text, ...]
    """cuts the power"""
    on: tuple[kinds.Text, ...]
    """gives it back"""
    status: tuple[kinds.Text, ...]
    """prints `on` or `off`"""


Patiences = Annotated[
    Waiting,
    BeforeValidator(
        lambda raw: {"within": raw} if isinstance(raw, str) else raw, json_schema_input_type=Waiting | str
    ),
    Field(description='a duration such as "30s", or a table with within, every, hold'),
]
"""A patience as the file has it: a table, or only how long."""
