"""Who signs: the ACME authority that the one switch chooses, and the root of the cluster's own authority."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure import acme
from provisioning.lab.units.layer_02_services import cert_manager
from provisioning.lab.units.layer_03_configuration import readiness

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

BOOTSTRAP, ROOT = "cluster-ca-bootstrap", "cluster-root-ca"


def start(lab: Lab) -> None:
    """Apply the issuers that need nothing else, and ask for the root of the internal one."""
    # The lab's ACME servers are known to nobody: the issuer is told whose certificate they show.
    authority = base64.b64encode(acme.https_authority(lab).read_bytes()).decode()
    namespace = cert_manager.namespace(lab)
    lab.apply(lab.render("issuers.yaml", acme=lab.acme, namespace=namespace, authority=authority))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return which issuers are not registered, and whether the internal root is still missing."""
    issuers = readiness.issuers(lab, lab.acme.issuer, BOOTSTRAP)
    return issuers + readiness.certificates(lab, cert_manager.namespace(lab), ROOT)


UNIT: Unit[Lab] = Unit(
    name="issuers",
    layer=Layer.CONFIGURATION,
    needs=("cert_manager", "acme", "zone"),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="the ACME issuer is registered, and the internal authority has its root",
        patience="issuers",
    ),
)
