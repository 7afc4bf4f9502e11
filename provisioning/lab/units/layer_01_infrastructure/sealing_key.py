"""The sealing key pair of layer 00 in the cluster, before anything is there that could make one of its own."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Apply the pair as the Secret that the controller looks for."""
    pair = {"tls.crt": "sealing.crt", "tls.key": "sealing.key"}
    data = {
        key: base64.b64encode((lab.persistent / file).read_bytes()).decode() for key, file in pair.items()
    }
    namespace = lab.inventory.services["sealed-secrets"].namespace
    lab.apply(lab.render("sealing_key.yaml", namespace=namespace, data=data))


UNIT: Unit[Lab] = Unit(
    name="sealing_key",
    layer=Layer.INFRASTRUCTURE,
    needs=("apiserver", "operator_access", "sealing_key_pair"),
    start=start,
)
