"""Harm to nodes: their power, their kubelet, their addresses, what the API knows of them."""

from __future__ import annotations

from pathlib import Path

from faults import reach, symptoms
from faults.fault import Fault
from faults.kinds import files, kubernetes, network, process
from faults.kinds.together import Together
from provisioning.target import Target

_NODE = "/api/v1/nodes/{node}"
_LOST_NODE = (
    "anonymous-request-refused[the kubelet of every node, its pods]",
    "nodes/kernel",
    "ready-node-starts-pods",
    "node-card-single-ipv4",
    "pod-to-pod[a pod on the first worker, the second worker]",
    "pod-to-pod[a pod on the first controller, the second worker]",
    "pod-to-pod[the first worker itself, the second worker]",
    "pod-to-pod[the API server, the second worker]",
    "pod-to-service",
    "cluster-dns",
    "reserved-address-on-request",
    "services-pool-auto-assigned",
    "observability/metrics_server",
)
"""What needs the kubelet of the second worker: to start a pod there, to look around there, to measure it."""

# Renews the node's lease as its kubelet does, and does nothing else of what a kubelet does.
_HEARTBEAT = """
while :; do
  kubectl --kubeconfig=/etc/kubernetes/kubelet.conf patch lease "$(hostname)" --namespace=kube-node-lease \
    --type=merge --patch="{\\"spec\\":{\\"renewTime\\":\\"$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)\\"}}"
  sleep 4
done
"""


def _second_address(on: str) -> network.NetworkChanged:
    return network.NetworkChanged(on, "address {spare}/{prefix} dev {node.interface}")


def _make_older(target: Target, file: Path) -> None:
    """Write a kubelet that calls itself by the version before: a copy of ours."""
    version = target.inventory.cluster.kubernetes_version
    before = f"{version[:-1]}{(int(version[-1]) - 1) % 10}"  # as long as the true one, in the binary
    content = (reach.lab(target).artifacts.bin / file.name).read_bytes()
    file.write_bytes(content.replace(version.encode(), before.encode()))
    file.chmod(0o755)


WORKER_POWERED_OFF = Fault(
    slug="worker_powered_off",
    kind=process.PoweredOff(on="second worker"),
    says="the second worker has no power",
    cause="node-powered-off",
    turns_red=(
        "nodes-ready",
        "nodes-have-roles",  # what is not Ready is tainted
        "units-converge-without-help",
        *_LOST_NODE,
    ),
    shows=symptoms.not_ready("second worker"),
    alone=True,
)
KUBELET_PAUSED = Fault(
    slug="kubelet_paused",
    kind=process.ProgramInterrupted("kubelet", on="second worker", by="pause"),
    says="the kubelet of the second worker hangs",
    cause="kubelet-hangs",
    turns_red=(
        "nodes-ready",
        "nodes-have-roles",
        *_LOST_NODE,
    ),
    shows=symptoms.not_ready("second worker"),
    alone=True,
)
KUBELET_UNDEAD = Fault(
    slug="kubelet_undead",
    kind=Together(
        (
            process.ProgramAdded("heartbeat", on="second worker", script=_HEARTBEAT),
            process.ProgramInterrupted("kubelet", on="second worker"),
        )
    ),
    says="the kubelet of the second worker is gone, and its heartbeat goes on: the node stays Ready",
    cause="zombie-kubelet",
    turns_red=_LOST_NODE,
    alone=True,
)
EXTRA_ADDRESS_ON_INTERFACE = Fault(
    slug="extra_address_on_interface",
    kind=_second_address("first worker"),
    says="the network card of the first worker has a second address",
    cause="worker-dual-ip",
    turns_red=(
        "node-single-ipv4",
        "node-card-single-ipv4",
    ),
)
NODE_ADDRESS_CHANGED = Fault(
    slug="node_address_changed",
    kind=Together(
        (
            _second_address("second worker"),
            files.command_line("second worker", "kubelet", ("--node-ip={address}", "--node-ip={spare}")),
        )
    ),
    says="the second worker tells the cluster another address than the planned one",
    cause="static-ip-lost",
    # The API server then asks for the kubelet at an address that the kubelet's certificate does not have.
    turns_red=(
        "nodes-have-addresses",
        "node-card-single-ipv4",
        "node-single-ipv4",
    ),
    may_turn=("nodes/*", "networking/*", "observability/*"),
    alone=True,
)
NODE_ROLE_MISSING = Fault(
    slug="node_role_missing",
    kind=kubernetes.ObjectChanged(
        _NODE,
        {"metadata": {"labels": {"node-role.kubernetes.io/control-plane": None}}},
        on="third controller",
    ),
    says="the third controller has lost the label of its role",
    cause="node-role-missing",
    turns_red=("nodes-have-roles",),
)
KUBELET_OF_ANOTHER_VERSION = Fault(
    slug="kubelet_of_another_version",
    kind=Together(
        (
            files.FileMade("first worker", "root/kubelet", _make_older),
            files.command_line("first worker", "kubelet", ("exec kubelet ", "exec /root/kubelet ")),
        )
    ),
    says="the kubelet of the first worker is of an older version",
    cause="kubelet-version-skew",
    turns_red=("nodes-have-version",),
)
POD_RANGE_OUTSIDE = Fault(
    slug="pod_range_outside",
    kind=kubernetes.ObjectChanged(
        _NODE,
        {"spec": {"podCIDR": "192.168.254.0/24", "podCIDRs": ["192.168.254.0/24"]}},
        on="third controller",
        anew=True,
    ),
    says="the third controller was registered with a range of pod addresses that is not the cluster's",
    cause="pod-range-outside",
    turns_red=("nodes-have-pod-network",),
    # Its own pods keep their addresses, to which the other nodes now know no way.
    may_turn=(
        "pod-to-service",
        "observability/metrics_server",
    ),
    alone=True,
)
UNSAFE_SYSCTL_NOT_ALLOWED = Fault(
    slug="unsafe_sysctl_not_allowed",
    kind=files.FileChanged(
        on="second worker",
        paths=("/etc/kubernetes/kubelet.yaml",),
        changes=((r"allowedUnsafeSysctls: .*", "allowedUnsafeSysctls: []"),),
        restarts="kubelet",
    ),
    says="the kubelet of the second worker does not let pods turn on TCP MTU probing",
    cause="unsafe-sysctl-not-allowed",
    turns_red=("node-sysctls",),
)
EVERY_SYSCTL_ALLOWED = Fault(
    slug="every_sysctl_allowed",
    kind=files.FileChanged(
        on="second worker",
        paths=("/etc/kubernetes/kubelet.yaml",),
        changes=((r"allowedUnsafeSysctls: .*", 'allowedUnsafeSysctls: ["net.*"]'),),
        restarts="kubelet",
    ),
    says="the kubelet of the second worker lets pods change any setting of their network",
    cause="every-sysctl-allowed",
    turns_red=("node-sysctls",),
)
KUBE_PROXY_STOPPED = Fault(
    slug="kube_proxy_stopped",
    kind=process.ProgramInterrupted("kube-proxy", on="second worker"),
    says="nobody on the second worker makes rules for new services",
    cause="kubeproxy-replacement-off",
    turns_red=(
        "node-services-run",
        "pod-to-service",
    ),
    # Only if it is the second worker that announces the address.
    may_turn=("services-pool-auto-assigned",),
)
PROGRAM_CRASHED = Fault(
    slug="program_crashed",
    kind=process.ProgramInterrupted("kube-proxy", on="first worker", by="crash"),
    says="kube-proxy on the first worker has crashed and was started again",
    cause="program-crashed",
    turns_red=("bootstrap-without-crash",),
)
