"""What opens sealed files in the cluster, and only there: sealed-secrets, with the key pair of layer 00."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from probes.jsonobjects import part, parts
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout
from provisioning.lab.units.layer_00_persistent_auth import sealed_files

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

DEPLOYMENT = "deployment/sealed-secrets-controller"


def namespace(lab: Lab) -> str:
    """Where the controller lives, and its key pair."""
    return lab.inventory.services["sealed-secrets"].namespace


def start(lab: Lab) -> None:
    """Apply the controller and, as on the day that it was sealed, the file of layer 00."""
    certificate = (lab.persistent / "sealing.crt").read_bytes()
    checksum = hashlib.sha256(certificate).hexdigest()
    lab.apply(lab.kustomize("sealed-secrets", namespace=namespace(lab), checksum=checksum))
    lab.apply(lab.render("namespace.yaml", name=sealed_files.NAMESPACE, privileged=False))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what the controller lacks, or why the sealed file is not open."""
    return rollout.lacking(lab, namespace(lab), DEPLOYMENT) or unopened(lab)


def unopened(lab: Lab) -> tuple[str, ...]:
    """Apply the sealed file, and return why it was not opened yet; the API may have learned its kind just now."""
    try:
        lab.apply(sealed_files.file(lab).read_text())
    except OSError as error:
        return (str(error),)
    within, name = sealed_files.NAMESPACE, sealed_files.NAME
    path = f"/apis/bitnami.com/v1alpha1/namespaces/{within}/sealedsecrets/{name}"
    found = lab.api().get(f"SealedSecret {within}/{name}", path) or {}
    generation = part(found, "metadata").get("generation")
    if part(found, "status").get("observedGeneration") != generation:
        return (f"{name} was not looked at yet",)
    return tuple(
        f"{name} is not open: {condition.get('message')}"
        for condition in parts(found, "status", "conditions")
        if condition.get("type") == "Synced" and condition.get("status") != "True"
    )


UNIT: Unit[Lab] = Unit(
    name="sealed_secrets",
    layer=Layer.SERVICES,
    needs=("nodes", "sealing_key", "sealed_files"),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="the file that was sealed in layer 00 is open",
        patience="workload",
        hopeless=rollout.hopeless,
    ),
)
