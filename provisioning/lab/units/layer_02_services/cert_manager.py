"""Certificates as objects of the cluster: cert-manager's controller, CA injector and admission webhook."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout
from provisioning.lab.units.layer_01_infrastructure import pki

if TYPE_CHECKING:
    from pathlib import Path

    from provisioning.lab.lab import Lab

DEPLOYMENTS = tuple(f"deployment/cert-manager{name}" for name in ("", "-cainjector", "-webhook"))
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
    """Apply cert-manager, and before it the serving certificate of its webhook.

    Made beforehand as MetalLB's is: cert-manager would make one and have it injected, which takes an election.
    """
    serving = lab.pki / "cert-manager-webhook"
    if not serving.with_suffix(".crt").exists():
        pki.sign(lab, serving, serving.name, serves=(f"{serving.name}.{namespace(lab)}.svc",))
    objects = lab.kustomize(
        "cert-manager",
        namespace=namespace(lab),
        # Its own check of a challenge asks where the world asks: the public resolver finds the name server on the
        # VPS, and never the primary inside.
        resolvers=[f"{address}:53" for address in lab.inventory.node.resolvers],
        certificate=_encoded(serving.with_suffix(".crt")),
        key=_encoded(serving.with_suffix(".key")),
        authority=_encoded(lab.pki / "shared/ca.crt"),
    )
    lab.apply(objects)


def _encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()


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
