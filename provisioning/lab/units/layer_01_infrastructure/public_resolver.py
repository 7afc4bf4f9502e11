"""The resolver of the public internet, which begins at the root as every other does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from probes import dns
from probes.dns import Answer
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_01_infrastructure import parent_zone

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

HOST = "internet"


def start(lab: Lab) -> None:
    """Have the resolver supervised; nodes, pods, the VPS and the certificate authority ask it."""
    lab.serve(
        HOST,
        "pdns-recursor",
        "/bin/sh",
        "-c",
        "mkdir -p /run/pdns-recursor && exec pdns_recursor --config-dir=/etc/powerdns",
        files={
            "/etc/powerdns/recursor.conf": lab.render("public/recursor.conf"),
            "/etc/powerdns/root.hints": lab.render("public/root.hints", server=parent_zone.SERVER),
        },
    )


def resolved(lab: Lab) -> tuple[str, ...]:
    """Return the addresses of the certificate authority, as the resolver found them from the root down."""
    name = urlsplit(lab.acme.chosen.directory).hostname or ""
    answer = dns.query(lab.vantage("workstation"), str(lab.inventory.lab.resolver), name, "A")
    return answer.data("A") if isinstance(answer, Answer) else ()


UNIT: Unit[Lab] = Unit(
    name="public_resolver",
    layer=Layer.INFRASTRUCTURE,
    needs=("parent_zone",),
    start=start,
    gate=Gate(
        observe=resolved,
        until=bool,
        expected="the workstation resolves a public name",
        patience="name_server",
    ),
)
