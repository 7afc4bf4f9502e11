"""The proxy on the VPS: what is meant for the cluster goes there unopened, everything else it answers itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes import tls
from probes.tls import Handshake
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import certificates

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

HOST = "vps"
_UNKNOWN = "nobody.invalid"


def start(lab: Lab) -> None:
    """Have it supervised, with a certificate for the VPS' own sites."""
    certificates.authority(lab.pki / "own-sites-ca", "the lab's authority for the VPS' own sites")
    sites = lab.front.own_sites or (HOST,)
    if not (lab.pki / "own-sites.crt").exists():
        certificates.sign(lab.pki / "own-sites-ca", lab.pki / "own-sites", sites[0], serves=sites)
    lab.serve(
        HOST,
        lab.front.proxy,
        "/bin/sh",
        "-c",
        "mkdir -p /var/log/nginx /var/lib/nginx && exec nginx -c /etc/nginx/nginx.conf",
        files={
            "/etc/nginx/nginx.conf": lab.render("public/nginx.conf"),
            **{
                f"/etc/nginx/own_sites.{end}": (lab.pki / f"own-sites.{end}").read_text()
                for end in ("crt", "key")
            },
        },
    )


def shown(lab: Lab) -> str:
    """Return whose certificate a visitor is shown who asks for a name that nobody has; empty for none."""
    address = str(lab.inventory.lab.vps_public)
    seen = tls.handshake(lab.vantage("internet"), address, 443, _UNKNOWN, timeout=2)
    return seen.subject if isinstance(seen, Handshake) else ""


UNIT: Unit[Lab] = Unit(
    name="vps_proxy",
    layer=Layer.INFRASTRUCTURE,
    needs=("vps", "pki"),
    start=start,
    gate=Gate(
        observe=shown,
        until=bool,
        expected="the VPS shows its own certificate for a name that nobody has",
        patience="proxy",
    ),
)
