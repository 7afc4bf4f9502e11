"""A registry on the public internet, with images that nobody has asked for: it stands for the world's registries."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from probes import http
from probes.http import Response
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import certificates
from provisioning.lab.images import published
from provisioning.lab.lab import needed

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

HOST = "internet"
FOLDER = "/var/lib/registry"
_BUSYBOX = Path("/bin/busybox")


def name(lab: Lab) -> str:
    """Return the name of the one registry that the lab's nodes have a mirror for."""
    (only,) = needed(lab.inventory.registry, "registry").mirrored
    return only


def authority(lab: Lab) -> Path:
    """Return the certificate (PEM) that who pulls from this registry has to trust."""
    return lab.pki / "registry-upstream-ca.crt"


def start(lab: Lab) -> None:
    """Lay out the images that the inventory knows, and have the registry supervised."""
    busybox = _BUSYBOX.read_bytes()
    for reference in needed(lab.inventory.registry, "registry").unseen:
        path = urlsplit(f"//{reference}").path.lstrip("/")
        image, _, tag = path.rpartition(":")
        published.publish(lab.root(HOST) / FOLDER.lstrip("/"), image, tag, busybox)
    certificates.authority(authority(lab).with_suffix(""), "the lab's authority for public registries")
    server = lab.pki / "registry-upstream"
    if not server.with_suffix(".crt").exists():
        certificates.sign(authority(lab).with_suffix(""), server, name(lab), serves=(name(lab),))
    files = {
        f"/etc/registry/https.{end}": server.with_suffix(f".{end}").read_text() for end in ("crt", "key")
    }
    configuration = "/etc/registry/config.yml"
    files[configuration] = lab.render(
        "public/registry.yml",
        folder=FOLDER,
        certificate="/etc/registry/https.crt",
        key="/etc/registry/https.key",
    )
    lab.serve(HOST, "registry", "docker-registry", "serve", configuration, files=files)


def offers(lab: Lab) -> bool:
    """Tell whether a node gets an answer from the registry, by its public name."""
    node = lab.vantage(lab.nodes[-1].name)
    reply = http.get(node, f"https://{name(lab)}/v2/", verify=authority(lab), timeout=5.0)
    return isinstance(reply, Response) and reply.status == HTTPStatus.OK


UNIT: Unit[Lab] = Unit(
    name="upstream_registry",
    layer=Layer.INFRASTRUCTURE,
    needs=("pki", "public_resolver"),
    on=HOST,
    start=start,
    gate=Gate(observe=offers, until=bool, expected="the public registry answers a node", patience="registry"),
)
