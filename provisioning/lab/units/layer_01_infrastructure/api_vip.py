"""The API's virtual address. Keepalived stands in for the VIP of Talos: one ready control plane holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure.apiserver import health

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

HIGHEST = 150


def start(lab: Lab) -> None:
    """Declare keepalived on each control plane, with a health check against the local API server."""
    for rank, host in enumerate(lab.controlplanes):
        lab.write(host.name, "/etc/keepalived/ready", lab.render("api_vip_ready.sh", host=host), mode=0o755)
        lab.write(
            host.name,
            "/etc/keepalived/keepalived.conf",
            lab.render("keepalived.conf", host=host, priority=HIGHEST - 10 * rank),
        )
        lab.declare(
            host.name,
            "keepalived",
            "/usr/sbin/keepalived",
            "--dont-fork",
            "--log-console",
            "--vrrp",
            "--use-file=/etc/keepalived/keepalived.conf",
            "--pid=/run/keepalived.pid",
            "--vrrp_pid=/run/vrrp.pid",
        )


UNIT: Unit[Lab] = Unit(
    name="api_vip",
    layer=Layer.INFRASTRUCTURE,
    needs=("machines", "pki"),
    start=start,
    gate=Gate(
        observe=lambda lab: health(lab, str(lab.inventory.vips.api)),
        until=lambda answer: answer.answering,
        expected="the API is ready behind its VIP",
        patience="apiserver",
    ),
)
