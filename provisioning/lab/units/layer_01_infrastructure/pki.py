"""The cluster's certificate authorities, certificates and kubeconfigs, made by kubeadm as on any cluster.

Everything is fresh with each build: an identity of an earlier cluster means nothing to this one.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import certificates

if TYPE_CHECKING:
    from pathlib import Path

    from provisioning.lab.lab import Lab
    from provisioning.lab.topology import Host

_SHARED = ("ca", "front-proxy-ca", "etcd/ca", "sa")
VIP_CHECK = "api-vip-check"
"""Who asks an API server whether it is ready before it may hold the VIP."""


def start(lab: Lab) -> None:
    """Make what is missing; an existing certificate is never replaced while its cluster lives."""
    if (lab.pki / "complete").exists():
        return
    shutil.rmtree(lab.pki, ignore_errors=True)
    lab.pki.mkdir(parents=True, mode=0o700)
    first, *others = lab.controlplanes
    _kubeadm(lab, first, lab.pki / "shared", "certs", "ca")
    for name in ("front-proxy-ca", "etcd-ca", "sa"):
        _kubeadm(lab, first, lab.pki / "shared", "certs", name)
    for host in (first, *others):
        folder = _etc_kubernetes(lab, host) / "pki"
        for name in _SHARED:
            _copy_pair(lab.pki / "shared" / name, folder / name)
        _kubeadm(lab, host, folder, "certs", "all")
        for name in ("controller-manager", "scheduler"):
            _kubeadm(lab, host, folder, "kubeconfig", name, "--kubeconfig-dir", folder.parent)
        sign(lab, folder / "vip-check", VIP_CHECK)
    for host in lab.nodes:
        folder = _etc_kubernetes(lab, host)
        shared = lab.pki / "shared"
        _copy(shared / "ca.crt", folder / "pki/ca.crt")
        _kubeadm(lab, host, shared, "kubeconfig", "kubelet", "--kubeconfig-dir", folder)
        # kubeadm names the host's own API server, which a worker does not have and which may be down on a
        # control plane: a kubelet reaches the API behind its VIP.
        kubelet = folder / "kubelet.conf"
        kubelet.write_text(
            kubelet.read_text().replace(
                f"https://{host.address}:6443", f"https://{lab.inventory.vips.api}:6443"
            )
        )
        # Kubelet's serving certificate is signed by the cluster's CA, so that whoever asks it can verify it.
        sign(
            lab,
            folder / "pki/kubelet",
            f"system:node:{host.name}",
            "system:nodes",
            serves=(host.name, host.address),
        )
    _kubeadm(lab, first, lab.pki / "shared", "kubeconfig", "admin", "--kubeconfig-dir", lab.pki)
    _kubeadm(lab, first, lab.pki / "shared", "kubeconfig", "super-admin", "--kubeconfig-dir", lab.pki)
    shutil.copy(lab.pki / "admin.conf", lab.kubeconfig)
    lab.kubeconfig.chmod(0o600)
    (lab.pki / "complete").touch()


def _etc_kubernetes(lab: Lab, host: Host) -> Path:
    folder = lab.root(host.name) / "etc/kubernetes"
    (folder / "pki/etcd").mkdir(parents=True, exist_ok=True)
    return folder


def _kubeadm(lab: Lab, host: Host, folder: Path, phase: str, name: str, *more: object) -> None:
    config = lab.pki / f"kubeadm-{host.name}.yaml"
    config.write_text(lab.render("kubeadm.yaml", host=host, certificates=folder))
    lab.run(["kubeadm", "init", "phase", phase, name, "--config", config, *more])


def _copy_pair(source: Path, target: Path) -> None:
    for suffix in (".crt", ".key", ".pub"):
        if source.with_name(source.name + suffix).exists():
            _copy(source.with_name(source.name + suffix), target.with_name(target.name + suffix))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def sign(lab: Lab, target: Path, user: str, group: str = "", *, serves: tuple[str, ...] = ()) -> None:
    """Write `target`.crt and .key for `user` in `group`, signed by the cluster's CA.

    With `serves` it is a serving certificate for these names and IPv4 addresses, else a client certificate.
    """
    certificates.sign(lab.pki / "shared/ca", target, user, group, serves=serves)


UNIT: Unit[Lab] = Unit(
    name="pki",
    layer=Layer.INFRASTRUCTURE,
    needs=("sealing_key_pair", "operator_identity"),
    start=start,
    gate=Gate(
        observe=lambda lab: (lab.pki / "complete").exists() and lab.kubeconfig.exists(),
        until=bool,
        expected="the cluster's certificates and kubeconfigs exist",
        patience="file",
    ),
)
