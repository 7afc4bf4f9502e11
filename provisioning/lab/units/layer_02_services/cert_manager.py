"""Certificates as objects of the cluster: cert-manager's controller, CA injector and admission webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

DEPLOYMENTS = tuple(f"deployment/cert-manager{name}" for name in ("", "-cainjector", "-webhook"))
_DNS_PORT = 53
_TRIAL = """
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: trial}
spec: {selfSigned: {}}
"""


def namespace(lab: Lab) -> str:
    """Where cert-manager lives, and with it what its ClusterIssuers need."""
    return lab.inventory.services["cert-manager"].namespace


def start(lab: Lab) -> None:
    """Apply cert-manager's own manifests, with the lab's images in place of the published ones."""
    resolvers = [f"{address}:{_DNS_PORT}" for address in lab.inventory.node.resolvers]
    lab.apply(lab.kustomize("cert-manager", resolvers=resolvers))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what cert-manager lacks, or why the API would refuse an issuer: then its webhook is not reached."""
    found = rollout.lacking(lab, namespace(lab), *DEPLOYMENTS)
    if found:
        return found
    tried = lab.kubectl("create", "--dry-run=server", "-f", "-", stdin=_TRIAL, check=False)
    return () if tried.returncode == 0 else (str(tried),)


UNIT: Unit[Lab] = Unit(
    name="cert_manager",
    layer=Layer.SERVICES,
    needs=("nodes", "coredns"),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="cert-manager runs, and its webhook takes an issuer",
        patience="workload",
        hopeless=rollout.hopeless,
    ),
)
