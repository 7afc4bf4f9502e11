"""The cluster's store: one etcd member on each control plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.etcd import Certificates, status
from probes.outcomes import NetworkFailure
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

PKI = "/etc/kubernetes/pki/etcd"


def start(lab: Lab) -> None:
    """Declare the members; all of them are founding members, so they elect among themselves."""
    founders = ",".join(f"{host.name}=https://{host.address}:2380" for host in lab.controlplanes)
    for host in lab.controlplanes:
        lab.declare(
            host.name,
            "etcd",
            "etcd",
            f"--name={host.name}",
            "--data-dir=/var/lib/etcd",
            f"--initial-cluster={founders}",
            "--initial-cluster-state=new",
            f"--initial-cluster-token={lab.name}",
            f"--initial-advertise-peer-urls=https://{host.address}:2380",
            f"--listen-peer-urls=https://{host.address}:2380",
            f"--advertise-client-urls=https://{host.address}:2379",
            f"--listen-client-urls=https://127.0.0.1:2379,https://{host.address}:2379",
            f"--cert-file={PKI}/server.crt",
            f"--key-file={PKI}/server.key",
            "--client-cert-auth",
            f"--trusted-ca-file={PKI}/ca.crt",
            f"--peer-cert-file={PKI}/peer.crt",
            f"--peer-key-file={PKI}/peer.key",
            "--peer-client-cert-auth",
            f"--peer-trusted-ca-file={PKI}/ca.crt",
            # Three members, three API servers and everything else share two cores while the lab starts:
            # the defaults (100 ms and 1 s) would elect a new leader whenever the machine is busy.
            "--heartbeat-interval=250",
            "--election-timeout=2500",
            "--snapshot-count=10000",
            "--logger=zap",
            "--log-level=warn",
        )


def leaderless(lab: Lab) -> tuple[str, ...]:
    """Return "member: what it says" for each member that does not know a leader."""
    pki = lab.root(lab.controlplanes[0].name) / PKI.lstrip("/")
    ours = Certificates(pki / "ca.crt", pki / "healthcheck-client.crt", pki / "healthcheck-client.key")
    found: list[str] = []
    for host in lab.controlplanes:
        said = status(lab.vantage("workstation"), f"https://{host.address}:2379", ours, timeout=2.0)
        if isinstance(said, NetworkFailure) or not said.leader:
            found.append(f"{host.name}: {said}")
    return tuple(found)


UNIT: Unit[Lab] = Unit(
    name="etcd",
    layer=Layer.INFRASTRUCTURE,
    needs=("machines", "pki"),
    start=start,
    gate=Gate(
        observe=leaderless,
        until=lambda found: not found,
        expected="no etcd member without a leader",
        patience="etcd",
    ),
)
