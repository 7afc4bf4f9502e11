"""Harm to nodes: their power, their kubelet, their addresses, what the API knows of them."""

from __future__ import annotations

from faults import symptoms
from faults.fault import Fault
from faults.kinds import files, kubernetes, network, process
from faults.kinds.together import Together

_NODE = "/api/v1/nodes/{}"
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
    kind=process.ProgramPaused("kubelet", on="second worker"),
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
            process.UnexpectedProcess("heartbeat", on="second worker", script=_HEARTBEAT),
            process.ProgramStopped("kubelet", on="second worker"),
        )
    ),
    says="the kubelet of the second worker is gone, and its heartbeat goes on: the node stays Ready",
    cause="zombie-kubelet",
    turns_red=_LOST_NODE,
    alone=True,
)
EXTRA_ADDRESS_ON_INTERFACE = Fault(
    slug="extra_address_on_interface",
    kind=network.AddressAdded(on="first worker"),
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
            network.AddressAdded(on="second worker"),
            files.CommandLineChanged(
                on="second worker", program="kubelet", changes=(("--node-ip={address}", "--node-ip={spare}"),)
            ),
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
    kind=files.VersionForged(on="first worker", program="kubelet"),
    says="the kubelet of the first worker is of an older version",
    cause="kubelet-version-skew",
    turns_red=("nodes-have-version",),
)
POD_RANGE_OUTSIDE = Fault(
    slug="pod_range_outside",
    kind=kubernetes.ObjectReplaced(
        _NODE,
        {"spec": {"podCIDR": "192.168.254.0/24", "podCIDRs": ["192.168.254.0/24"]}},
        on="third controller",
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
        path="/etc/kubernetes/kubelet.yaml",
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
        path="/etc/kubernetes/kubelet.yaml",
        changes=((r"allowedUnsafeSysctls: .*", 'allowedUnsafeSysctls: ["net.*"]'),),
        restarts="kubelet",
    ),
    says="the kubelet of the second worker lets pods change any setting of their network",
    cause="every-sysctl-allowed",
    turns_red=("node-sysctls",),
)
KUBE_PROXY_STOPPED = Fault(
    slug="kube_proxy_stopped",
    kind=process.ProgramStopped("kube-proxy", on="second worker"),
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
    kind=process.ProgramCrashed("kube-proxy", on="first worker"),
    says="kube-proxy on the first worker has crashed and was started again",
    cause="program-crashed",
    turns_red=("bootstrap-without-crash",),
)
