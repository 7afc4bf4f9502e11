"""The cluster's own authority, and the bundle of authorities that its programs trust.

The bundle stands for trust-manager's: the same ConfigMap, written once and not kept up.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from probes.jsonobjects import part
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure import acme
from provisioning.lab.units.layer_02_services import cert_manager
from provisioning.lab.units.layer_03_configuration import readiness

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

ISSUER, BUNDLE = "cluster-internal-ca", "cluster-internal-ca-bundle"
_SECRET = "cluster-root-ca-secret"  # noqa: S105 - the name of one


def start(lab: Lab) -> None:
    """Apply the issuer, now that its root exists, and the bundle."""
    namespaces = (cert_manager.namespace(lab), lab.inventory.services["test-app"].namespace)
    manifest = lab.render(
        "internal_ca.yaml", namespaces=namespaces, bundle=BUNDLE, authorities=authorities(lab)
    )
    lab.apply(manifest)


def authorities(lab: Lab) -> str:
    """Return who is trusted inside, as PEM: the internal root, and in staging its roots, which no system knows."""
    path = f"/api/v1/namespaces/{cert_manager.namespace(lab)}/secrets/{_SECRET}"
    internal = part(lab.api().get(_SECRET, path) or {}, "data")["tls.crt"]
    trusted = base64.b64decode(internal).decode()
    if lab.acme.environment == "staging":
        trusted += acme.roots(lab, "staging").read_text()
    return trusted


UNIT: Unit[Lab] = Unit(
    name="internal_ca",
    layer=Layer.CONFIGURATION,
    needs=("issuers",),
    start=start,
    gate=Gate(
        observe=lambda lab: readiness.issuers(lab, ISSUER),
        until=lambda found: not found,
        expected="the internal issuer is ready",
        patience="issuers",
    ),
)
