"""CPU and memory of nodes and pods: the Metrics API behind `kubectl top`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from probes.kubernetes import node_metrics
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure import pki

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply metrics-server's own manifest with a serving certificate that the API server can verify."""
    certificate = lab.pki / "metrics-server"
    if not certificate.with_suffix(".crt").exists():
        pki.sign(lab, certificate, "metrics-server", serves=("metrics-server.kube-system.svc",))
    lab.apply(
        lab.kustomize(
            "metrics-server",
            certificate=_encoded(certificate.with_suffix(".crt").read_bytes()),
            key=_encoded(certificate.with_suffix(".key").read_bytes()),
            authority=_encoded((lab.pki / "shared/ca.crt").read_bytes()),
        )
    )


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def unmeasured(lab: Lab) -> tuple[str, ...]:
    """Return the nodes for which the Metrics API has no figures."""
    measured = {node.name for node in node_metrics(lab.api())}
    return tuple(host.name for host in lab.nodes if host.name not in measured)


UNIT: Unit[Lab] = Unit(
    name="metrics_server",
    layer=Layer.SERVICES,
    needs=("nodes",),
    start=start,
    gate=Gate(
        observe=unmeasured,
        until=lambda found: not found,
        expected="no node without metrics",
        patience="metrics",
    ),
)
