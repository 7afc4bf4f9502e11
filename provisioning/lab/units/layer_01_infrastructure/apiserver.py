"""One API server on each control plane, on all addresses of the host (an IPv6-only bind is a known incident)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import ApiHealth, api_health
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

PKI = "/etc/kubernetes/pki"


def start(lab: Lab) -> None:
    """Declare the API servers."""
    stores = ",".join(f"https://{host.address}:2379" for host in lab.controlplanes)
    for host in lab.controlplanes:
        lab.declare(
            host.name,
            "kube-apiserver",
            "kube-apiserver",
            f"--advertise-address={host.address}",
            "--bind-address=0.0.0.0",
            "--secure-port=6443",
            f"--etcd-servers={stores}",
            f"--etcd-cafile={PKI}/etcd/ca.crt",
            f"--etcd-certfile={PKI}/apiserver-etcd-client.crt",
            f"--etcd-keyfile={PKI}/apiserver-etcd-client.key",
            f"--client-ca-file={PKI}/ca.crt",
            f"--tls-cert-file={PKI}/apiserver.crt",
            f"--tls-private-key-file={PKI}/apiserver.key",
            f"--kubelet-client-certificate={PKI}/apiserver-kubelet-client.crt",
            f"--kubelet-client-key={PKI}/apiserver-kubelet-client.key",
            f"--kubelet-certificate-authority={PKI}/ca.crt",
            "--kubelet-preferred-address-types=InternalIP",
            f"--proxy-client-cert-file={PKI}/front-proxy-client.crt",
            f"--proxy-client-key-file={PKI}/front-proxy-client.key",
            f"--requestheader-client-ca-file={PKI}/front-proxy-ca.crt",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-username-headers=X-Remote-User",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={PKI}/sa.pub",
            f"--service-account-signing-key-file={PKI}/sa.key",
            f"--service-cluster-ip-range={lab.inventory.cluster.service_network}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--enable-bootstrap-token-auth",
            "--anonymous-auth=false",
            "--allow-privileged=true",
            "--profiling=false",
            "--event-ttl=1h",
        )


def unready(lab: Lab) -> tuple[ApiHealth, ...]:
    """Return what each API server says that is not ready; nothing else is in it."""
    answers = (health(lab, host.address) for host in lab.controlplanes)
    return tuple(answer for answer in answers if not answer.answering)


def health(lab: Lab, address: str) -> ApiHealth:
    """Ask the API at `address` whether it is ready, from the workstation."""
    return api_health(lab.vantage("workstation"), lab.kubeconfig, address, timeout=2.0)


UNIT: Unit[Lab] = Unit(
    name="apiserver",
    layer=Layer.INFRASTRUCTURE,
    # Not the etcd gate: an API server waits for its store by itself, and starting both at once saves
    # the slower of the two.
    needs=("machines", "pki"),
    start=start,
    gate=Gate(
        observe=unready,
        until=lambda found: not found,
        expected="no API server that is not ready",
        patience="apiserver",
    ),
)
