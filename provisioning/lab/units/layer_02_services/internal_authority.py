"""The cluster's own certificate authority: a root that signs itself, and the issuer that signs with it.

It needs neither names nor the public: what is encrypted inside the cluster does not wait for an ACME authority.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from probes.jsonobjects import part
from probes.outcomes import CannotObserve
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import readiness
from provisioning.lab.units.layer_02_services import cert_manager

if TYPE_CHECKING:
    from pathlib import Path

    from provisioning.lab.lab import Lab

BOOTSTRAP, ROOT, ISSUER = "cluster-ca-bootstrap", "cluster-root-ca", "cluster-internal-ca"
SECRET = "cluster-root-ca-secret"  # noqa: S105 - the name of one


def start(lab: Lab) -> None:
    """Apply both issuers and the root between them."""
    manifest = lab.render(
        "internal_authority.yaml",
        namespace=cert_manager.namespace(lab),
        bootstrap=BOOTSTRAP,
        root=ROOT,
        issuer=ISSUER,
        secret=SECRET,
    )
    lab.apply(manifest)


def root(lab: Lab) -> str:
    """Return the root's certificate, as PEM. Raises CannotObserve as `Api.get`, also while there is none."""
    path = f"/api/v1/namespaces/{cert_manager.namespace(lab)}/secrets/{SECRET}"
    encoded = part(lab.api().get(SECRET, path) or {}, "data").get("tls.crt")
    if not encoded:
        raise CannotObserve(SECRET, "the workstation", "it has no certificate yet")
    return base64.b64decode(str(encoded)).decode()


def root_file(lab: Lab) -> Path:
    """Return a file with the root's certificate, for whoever has to trust it from outside. Raises as `root`."""
    file, now = lab.state / "internal-root.pem", root(lab)
    if not (file.exists() and file.read_text() == now):
        new = file.with_suffix(".new")
        new.write_text(now)
        new.replace(file)
    return file


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return which of the two issuers is not ready, and whether the root is still missing."""
    return readiness.certificates(lab, cert_manager.namespace(lab), ROOT) or readiness.issuers(
        lab, BOOTSTRAP, ISSUER
    )


UNIT: Unit[Lab] = Unit(
    name="internal_authority",
    layer=Layer.SERVICES,
    needs=("cert_manager",),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="the internal authority has its root and signs with it",
        patience="issuers",
    ),
)
