"""Where each node's container runtime asks for images: the platform's own registry, and then the one it stands for.

The runtime reads this at every pull, and the platform's registry need not be there yet: pulls then go past it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure import acme, upstream_registry

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

PREFIX = "/docker-hub-proxy"
"""Below this the platform's registry has what comes from the one on the public internet."""


def mirror(lab: Lab) -> str:
    """Return where the platform's registry is, as the container runtime wants to be told."""
    return f"https://{lab.inventory.services['registry'].host}{PREFIX}"


def start(lab: Lab) -> None:
    """Write the mirror of each node, with whom it trusts on either way."""
    registry = upstream_registry.name(lab)
    folder = f"/etc/containerd/certs.d/{registry}"
    trusted = {
        f"{folder}/upstream.pem": upstream_registry.authority(lab).read_text(),
        f"{folder}/mirror.pem": acme.roots(lab, lab.acme.environment).read_text(),
    }
    hosts = lab.render(
        "registry_mirror.toml",
        registry=registry,
        mirror=mirror(lab),
        upstream_authority=f"{folder}/upstream.pem",
        mirror_authority=f"{folder}/mirror.pem",
    )
    for host in lab.nodes:
        for path, text in {**trusted, f"{folder}/hosts.toml": hosts}.items():
            lab.write(host.name, path, text)


UNIT: Unit[Lab] = Unit(
    name="registry_mirrors",
    layer=Layer.INFRASTRUCTURE,
    needs=("machines", "acme", "upstream_registry"),
    on="nodes",
    start=start,
)
