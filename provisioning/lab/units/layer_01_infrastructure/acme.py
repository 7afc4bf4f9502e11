"""The certificate authorities that speak ACME, production and staging, each with a root of its own.

They validate names as the public sees them: through the public resolver. Their roots are new with each start of
theirs; the lab keeps them for whoever has to trust them.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from probes import http
from probes.http import Response
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import certificates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from inventory import AcmeEnvironment
    from probes.vantage import Vantage
    from provisioning.lab.lab import Lab

HOST = "internet"
_DNS_PORT = 53


def environments(lab: Lab) -> Mapping[str, AcmeEnvironment]:
    """Return both, by their names."""
    return {"production": lab.acme.production, "staging": lab.acme.staging}


def https_authority(lab: Lab) -> Path:
    """Return the certificate (PEM) that who speaks to these authorities over HTTPS has to trust."""
    return lab.pki / "acme-https.crt"


def roots(lab: Lab, name: str) -> Path:
    """Return the file (PEM) of the root that signs in an environment."""
    return lab.state / "acme" / f"{name}-roots.pem"


def start(lab: Lab) -> None:
    """Have both supervised."""
    names = sorted({_host(one) for one in environments(lab).values()})
    certificates.authority(lab.pki / "acme-https", "the lab's authority for ACME servers")
    if not (lab.pki / "acme-server.crt").exists():
        certificates.sign(
            lab.pki / "acme-https", lab.pki / "acme-server", names[0], serves=(*names, "127.0.0.1")
        )
    shared = {
        f"/etc/pebble/https.{end}": (lab.pki / f"acme-server.{end}").read_text() for end in ("crt", "key")
    }
    for name, one in environments(lab).items():
        file = f"/etc/pebble/{name}.json"
        port = urlsplit(one.directory).port or 443
        lab.serve(
            HOST,
            f"pebble-{name}",
            "pebble",
            "-config",
            file,
            "-dnsserver",
            f"{lab.inventory.lab.resolver}:{_DNS_PORT}",
            files={**shared, file: lab.render("public/pebble.json", port=port, management=_management(one))},
            # It waits up to 15 s before it validates, and refuses valid nonces, to see how clients take it.
            PEBBLE_VA_NOSLEEP="1",
            PEBBLE_WFE_NONCEREJECT="0",
            # Percent: a name that was proven need not be proven again for a renewal, as with the public authority.
            PEBBLE_AUTHZREUSE="100",
        )


def _host(one: AcmeEnvironment) -> str:
    return urlsplit(one.directory).hostname or ""


def _management(one: AcmeEnvironment) -> int:
    """Return the port, on the machine's loopback, where it says what its root is."""
    return (urlsplit(one.directory).port or 443) + 1


def answering(lab: Lab) -> tuple[str, ...]:
    """Return the environments whose root was kept and whose directory a node gets by its name."""
    node = lab.vantage(lab.nodes[-1].name)
    return tuple(
        name
        for name, one in environments(lab).items()
        if _keep_root(lab, name, one) and _get(lab, node, one.directory)
    )


def _keep_root(lab: Lab, name: str, one: AcmeEnvironment) -> bool:
    root = _get(lab, lab.vantage(HOST), f"https://127.0.0.1:{_management(one)}/roots/0")
    file = roots(lab, name)
    if root and not (file.exists() and file.read_bytes() == root):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(root)
    return bool(root)


def _get(lab: Lab, place: Vantage, url: str) -> bytes:
    """Return what is there, or nothing."""
    reply = http.get(place, url, verify=https_authority(lab), timeout=5.0)
    return reply.body if isinstance(reply, Response) and reply.status == HTTPStatus.OK else b""


UNIT: Unit[Lab] = Unit(
    name="acme",
    layer=Layer.INFRASTRUCTURE,
    needs=("pki", "public_resolver"),
    start=start,
    gate=Gate(
        observe=answering,
        until=lambda names: names == ("production", "staging"),
        expected="both ACME directories answer a node",
        patience="acme",
    ),
)
