"""The zone's secondary on the VPS: what the world asks. It is there before the primary, and empty until then."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from probes import dns
from probes.dns import Answer
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

HOST = "vps"
SCHEMA = Path("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")


def start(lab: Lab) -> None:
    """Make the database with the zone in it, and have the server supervised."""
    _make_database(lab)
    lab.serve(
        HOST,
        lab.front.name_server,
        "/bin/sh",
        "-c",
        "mkdir -p /run/pdns && exec pdns_server --guardian=no --daemon=no",
        files={"/etc/powerdns/pdns.conf": lab.render("public/vps_pdns.conf")},
    )


def _make_database(lab: Lab) -> None:
    file = lab.root(HOST) / "var/lib/powerdns/pdns.sqlite3"
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(unfinished)) as database, database:
        database.executescript(SCHEMA.read_text())
        # The primary's only address for the VPS is the DNS VIP.
        zone = (lab.inventory.cluster.domain, str(lab.inventory.vips.dns))
        database.execute("INSERT INTO domains (name, type, master) VALUES (?, 'SLAVE', ?)", zone)
    unfinished.rename(file)


def answers(lab: Lab) -> str:
    """Return what the public internet is told, whatever it is: of an empty zone, that the server failed."""
    server = str(lab.inventory.lab.vps_public)
    answer = dns.query(lab.vantage("internet"), server, lab.inventory.cluster.domain, "SOA", timeout=2)
    return answer.rcode if isinstance(answer, Answer) else ""


UNIT: Unit[Lab] = Unit(
    name="vps_name_server",
    layer=Layer.INFRASTRUCTURE,
    needs=("vps",),
    start=start,
    gate=Gate(
        observe=answers,
        until=bool,
        expected="the VPS' name server answers the public internet",
        patience="name_server",
    ),
)
