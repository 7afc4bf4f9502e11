"""Harm to the control plane: etcd, the API servers, their VIP, the leaders, and who is let in."""

from __future__ import annotations

from faults import symptoms
from faults.fault import Fault
from faults.kinds import files, kubernetes, process
from faults.kinds.together import Together

_RBAC = "/apis/rbac.authorization.k8s.io/v1"
_SERVICES = "node-services-run"
_NEEDS_THE_API = (
    "decisions/*",
    "networking/cni",
    "networking/metallb",
    "route-covers-vips",
    "nodes/control_plane",
    "nodes/kernel",
    "nodes/nodes",
    "observability/*",
)
_NEEDS_NEW_PODS = (
    "networking/cni",
    "reserved-address-on-request",
    "services-pool-auto-assigned",
    "node-sysctls",
    "ready-node-starts-pods",
    "pod-metrics",
)

ETCD_MEMBER_STOPPED = Fault(
    slug="etcd_member_stopped",
    kind=process.ProgramInterrupted("etcd", on="third controller"),
    says="the third controller's member of etcd is down",
    cause="etcd-member-down",
    turns_red=(
        "etcd-members-healthy",
        _SERVICES,
        # One more loss is one too many; that of the third controller costs nothing more.
        "control-plane-node-lost[first]",
        "control-plane-node-lost[second]",
    ),
)
QUORUM_LOST = Fault(
    slug="quorum_lost",
    kind=Together(
        (
            process.ProgramInterrupted("etcd", on="third controller"),
            process.ProgramInterrupted("etcd", on="second controller"),
        )
    ),
    says="two of three members of etcd are down",
    cause="etcd-quorum-lost",
    turns_red=(*_NEEDS_THE_API, "nodes/high_availability"),
    may_turn=("vps-route-over-tailnet",),
    shows=symptoms.API_SILENT,
    alone=True,
)
API_SERVER_STOPPED = Fault(
    slug="api_server_stopped",
    kind=process.ProgramInterrupted("kube-apiserver", on="third controller", by="kill"),
    says="the third controller's API server is down",
    cause="apiserver-down",
    turns_red=(
        "api-answers[every controller]",
        "anonymous-request-refused[the API at every controller, the cluster's secrets]",
        "anonymous-request-refused[the API at every controller, its own health]",
        _SERVICES,
    ),
    # Scheduler and controller manager talk to the API server of their own host; if a leader was there, it goes.
    may_turn=("component-has-leader",),
    shows=symptoms.silent("third controller"),
    alone=True,
)
API_VIP_UNHELD = Fault(
    slug="api_vip_unheld",
    kind=process.ProgramInterrupted("keepalived", on="every controller"),
    says="no controller holds the API VIP",
    cause="api-vip-unheld",
    turns_red=(
        *_NEEDS_THE_API,
        "vps-route-over-tailnet",
        "nodes/high_availability",
    ),
    # These two are asked without the API in between.
    may_turn=(
        "etcd-members-healthy",
        "api-answers[every controller]",
        "anonymous-request-refused[the API at every controller, the cluster's secrets]",
        "anonymous-request-refused[the API at every controller, its own health]",
    ),
    shows=symptoms.API_SILENT,
    alone=True,
)
SCHEDULERS_STOPPED = Fault(
    slug="schedulers_stopped",
    kind=process.ProgramInterrupted("kube-scheduler", on="every controller"),
    says="no scheduler runs",
    cause="leaderless-scheduler",
    turns_red=("component-has-leader[kube-scheduler]", _SERVICES, *_NEEDS_NEW_PODS),
    alone=True,
)
CONTROLLER_MANAGERS_STOPPED = Fault(
    slug="controller_managers_stopped",
    kind=process.ProgramInterrupted("kube-controller-manager", on="every controller"),
    says="no controller manager runs",
    cause="leaderless-controller-manager",
    # A new namespace gets no account, and without one no pod.
    turns_red=("component-has-leader[kube-controller-manager]", _SERVICES, *_NEEDS_NEW_PODS),
    may_turn=("no-rights-no-secrets",),
    alone=True,
)
ANONYMOUS_ACCESS_ALLOWED = Fault(
    slug="anonymous_access_allowed",
    kind=files.command_line(
        "every controller",
        "kube-apiserver",
        ("--anonymous-auth=false", "--anonymous-auth=true"),
        api=True,
    ),
    says="the API servers talk to people without a name",
    cause="anonymous-api",
    turns_red=(
        "anonymous-request-refused[the API at its VIP, the cluster's secrets]",
        "anonymous-request-refused[the API at every controller, the cluster's secrets]",
        "anonymous-request-refused[the API at every controller, its own health]",
    ),
)
KUBELET_OPEN = Fault(
    slug="kubelet_open",
    kind=files.FileChanged(
        on="first worker",
        paths=("/etc/kubernetes/kubelet.yaml",),
        changes=(("enabled: false", "enabled: true"), ("mode: Webhook", "mode: AlwaysAllow")),
        restarts="kubelet",
    ),
    says="the kubelet of the first worker does what anybody asks",
    cause="anonymous-kubelet",
    turns_red=("anonymous-request-refused[the kubelet of every node, its pods]",),
)
NODE_RESTRICTION_OFF = Fault(
    slug="node_restriction_off",
    kind=files.command_line(
        "every controller",
        "kube-apiserver",
        ("--enable-admission-plugins=NodeRestriction", "--disable-admission-plugins=NodeRestriction"),
        api=True,
    ),
    says="a node may change every other node",
    cause="node-restriction-off",
    turns_red=("node-may-change-itself-only",),
)
SECRETS_READABLE_BY_ALL = Fault(
    slug="secrets_readable_by_all",
    kind=kubernetes.ObjectAdded(
        f"{_RBAC}/clusterrolebindings",
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "clusterspec-fault-everybody-edits"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"},
            "subjects": [
                {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}
            ],
        },
    ),
    says="every account may read every secret",
    cause="secrets-readable-by-all",
    turns_red=("no-rights-no-secrets",),
)
CNI_OWNED_BY_GITOPS = Fault(
    slug="cni_owned_by_gitops",
    kind=kubernetes.ObjectChanged(
        f"{_RBAC}/clusterroles/system:cni:flannel",
        {"metadata": {"labels": {"kustomize.toolkit.fluxcd.io/name": "flux-system"}}},
    ),
    says="an object of the CNI belongs to GitOps",
    cause="flux-manages-cni",
    turns_red=("cni-not-owned-by-gitops",),
)
