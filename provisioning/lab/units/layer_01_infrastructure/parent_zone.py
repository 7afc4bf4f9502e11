"""The zones above the cluster's: the root, the registry's and the owner's domain, which delegates to the VPS."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from probes import dns
from probes.dns import Answer
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

SERVER = "ns.parent.example."
"""The name server of all of them."""
TTL = 60
HOST = "parent"


def start(lab: Lab) -> None:
    """Write the zones and have them served."""
    zones = ("", *_above(lab), "example")
    files = {_file(name): _text(lab, name) for name in zones}
    entries = (f'zone "{name or "."}" {{ type master; file "{_file(name)}"; }};\n' for name in zones)
    files["/etc/powerdns/named.conf"] = "".join(entries)
    files["/etc/powerdns/pdns.conf"] = lab.render("public/parent_pdns.conf")
    serve = "mkdir -p /run/pdns && exec pdns_server --guardian=no --daemon=no"
    lab.serve(HOST, "pdns", "/bin/sh", "-c", serve, files=files)


def _text(lab: Lab, name: str) -> str:
    return lab.render("public/parent_zone.txt", zone=name, ttl=TTL, server=SERVER, records=zone(lab, name))


def zone(lab: Lab, name: str) -> list[str]:
    """The records of one zone beside its SOA and NS, in the words of a zone file."""
    servers = lab.dns.nameservers
    if name == "example":
        hosts = {urlsplit(one.directory).hostname for one in (lab.acme.production, lab.acme.staging)}
        hosts.update(lab.inventory.registry.mirrored if lab.inventory.registry else ())
        return [
            f"{SERVER} IN A {lab.inventory.lab.parent}",
            *(f"{host}. IN A {lab.inventory.lab.internet}" for host in sorted(filter(None, hosts))),
        ]
    if name == lab.dns.parent:
        return [
            *(f"{lab.inventory.cluster.domain}. IN NS {server}." for server in servers),
            # Glue: the servers are inside of the zone that they serve.
            *(f"{server}. IN A {lab.inventory.lab.vps_public}" for server in servers),
            *(f"{site}. IN A {lab.inventory.lab.vps_public}" for site in lab.front.own_sites),
        ]
    below = [each for each in (*_above(lab), "example") if each.partition(".")[2] == name]
    return [f"{each}. IN NS {SERVER}" for each in below]


def _above(lab: Lab) -> tuple[str, ...]:
    """Return the zones between the root and the cluster's, the uppermost first: `com`, `agentydragon.com`."""
    labels = lab.dns.parent.split(".")
    return tuple(".".join(labels[place:]) for place in reversed(range(len(labels))))


def _file(name: str) -> str:
    return f"/etc/powerdns/{name or 'root'}.zone"


def delegated(lab: Lab) -> tuple[str, ...]:
    """Return the name servers that the parent zone refers the public internet to; none while it says nothing."""
    server, zone = str(lab.inventory.lab.parent), lab.inventory.cluster.domain
    answer = dns.query(lab.vantage("internet"), server, zone, "NS", recurse=False)
    return answer.referred_to(zone) if isinstance(answer, Answer) else ()


UNIT: Unit[Lab] = Unit(
    name="parent_zone",
    layer=Layer.INFRASTRUCTURE,
    needs=("machines",),
    start=start,
    gate=Gate(
        observe=delegated,
        until=bool,
        expected="the parent zone delegates to the cluster's name servers",
        patience="name_server",
    ),
)
