"""The container runtime of each node, with the lab's images already in its store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import images

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

PLUGINS = ("bridge", "host-local", "loopback", "portmap")
"""CNI's reference plugins, as Debian packs them."""


def start(lab: Lab) -> None:
    """Plant the images and declare containerd on each node."""
    for host in lab.nodes:
        root = lab.root(host.name)
        store = root / "var/lib/containerd"
        if not store.exists():
            images.plant(lab.artifacts.image_seed, store)
        plugins = root / "opt/cni/bin"
        plugins.mkdir(parents=True, exist_ok=True)
        for name in PLUGINS:
            if not (plugins / name).is_symlink():
                (plugins / name).symlink_to(f"/usr/lib/cni/{name}")
        lab.write(host.name, "/etc/containerd/config.toml", lab.render("containerd.toml", host=host))
        lab.declare(host.name, "containerd", "/usr/bin/containerd", "--config=/etc/containerd/config.toml")


UNIT: Unit[Lab] = Unit(
    name="containerd",
    layer=Layer.INFRASTRUCTURE,
    needs=("machines",),
    start=start,
    gate=Gate(
        observe=lambda lab: [
            host.name
            for host in lab.nodes
            if not (lab.root(host.name) / "run/containerd/containerd.sock").exists()
        ],
        until=lambda silent: not silent,
        expected="no node whose container runtime is silent",
        patience="containerd",
    ),
)
