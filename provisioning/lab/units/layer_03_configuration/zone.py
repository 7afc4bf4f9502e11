"""The cluster's zone, as the world is to see it: who is responsible, who serves it, who may change it.

What is right already stays untouched, so that building again raises no serial. Records of others are never
looked at. The public side learns of the zone by transfer alone: the zone is Native, and nobody is notified.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from probes import dns
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import credentials
from provisioning.lab.units.layer_02_services import powerdns, powerdns_api
from provisioning.lab.units.layer_02_services.mariadb import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory import Inventory
    from provisioning.lab.lab import Lab
    from provisioning.lab.units.layer_02_services.powerdns_api import PowerDns

TTL = 3600
"""Seconds, of the records that this unit writes; the platform's."""
UPDATER = "cert-manager"
"""Name of the TSIG key by which cert-manager writes its challenges."""
SETTINGS = {"kind": "Native", "soa_edit_api": "INCREASE"}
METADATA = {"SOA-EDIT-DNSUPDATE": "INCREASE", "TSIG-ALLOW-DNSUPDATE": UPDATER}
_SERIAL = 2
"""Where the serial stands among the fields of a SOA record."""


def wanted(inventory: Inventory) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the records that the zone must have, by name and type; all names end with a dot.

    The serial is that of a new zone: today's date, so that a secondary takes one that was made anew for newer.
    """
    plan = inventory.dns
    if plan is None:
        msg = "this inventory does not describe a lab: [dns] is missing"
        raise ValueError(msg)
    zone, names = f"{inventory.cluster.domain}.", [f"{name}." for name in plan.nameservers]
    times = (int(plan.refresh), int(plan.retry), powerdns.EXPIRE, powerdns.MINIMUM)
    serial = f"{dt.datetime.now(dt.UTC):%Y%m%d}00"
    return {
        (zone, "SOA"): (f"{names[0]} hostmaster.{zone} {serial} {' '.join(map(str, times))}",),
        (zone, "NS"): tuple(sorted(names)),
        # The name servers are the VPS, under as many names as the delegation has.
        **{(name, "A"): (str(inventory.lab.vps_public),) for name in names if name.endswith(f".{zone}")},
    }


def differing(
    zone: dict[str, Any] | None, records: dict[tuple[str, str], tuple[str, ...]]
) -> Iterator[dict[str, Any]]:
    """Yield what has to be written, as PowerDNS' API takes it, so that `zone` (the API's, or None) has the records."""
    present = {
        (one["name"], one["type"]): tuple(sorted(record["content"] for record in one["records"]))
        for one in (zone or {}).get("rrsets", ())
    }
    for (name, kind), contents in records.items():
        if _without_serial(kind, present.get((name, kind), ())) != _without_serial(kind, contents):
            yield {
                "name": name,
                "type": kind,
                "ttl": TTL,
                "changetype": "REPLACE",
                "records": [
                    {"content": text, "disabled": False}
                    for text in _with_serial(kind, contents, (zone or {}).get("serial"))
                ],
            }


def _without_serial(kind: str, contents: Iterable[str]) -> list[list[str]]:
    fields = [content.split() for content in contents]
    return [[*one[:_SERIAL], *one[_SERIAL + 1 :]] if kind == "SOA" else one for one in fields]


def _with_serial(kind: str, contents: Iterable[str], serial: int | None) -> Iterator[str]:
    for content in contents:
        fields = content.split()
        if kind == "SOA" and serial is not None:
            fields[_SERIAL] = str(serial)
        yield " ".join(fields)


def correct(lab: Lab) -> None:
    """Make the zone, or what is wrong of it, right. Raises as the requests of `PowerDns`."""
    server, name = powerdns_api.connect(lab), f"{lab.inventory.cluster.domain}."
    zone, path = server.get(f"zones/{name}"), f"zones/{name}"
    records = list(differing(zone, wanted(lab.inventory)))
    if zone is None:
        server.send("POST", "zones", {"name": name, "nameservers": [], "rrsets": records, **SETTINGS})
    elif records:
        server.send("PATCH", path, {"rrsets": records})
    if zone is not None and any(zone.get(key) != value for key, value in SETTINGS.items()):
        server.send("PUT", path, SETTINGS)
    _let_updates_in(lab, server, path)


def _let_updates_in(lab: Lab, server: PowerDns, path: str) -> None:
    key = credentials.keep(
        lab, "powerdns-tsig", "TSIG_KEY", NAMESPACE, "cert-manager", make=credentials.tsig_key
    ).reveal()
    body = {"name": UPDATER, "algorithm": "hmac-sha256", "key": key}
    known = server.get(f"tsigkeys/{UPDATER}.")
    if known is None:
        server.send("POST", "tsigkeys", body)
    elif known.get("key") != key:
        server.send("PUT", f"tsigkeys/{UPDATER}.", body)
    for kind, value in METADATA.items():
        found = server.get(f"{path}/metadata/{kind}")
        if found is None or found.get("metadata") != [value]:
            server.send("PUT", f"{path}/metadata/{kind}", {"kind": kind, "metadata": [value]})


def silent(lab: Lab) -> tuple[str, ...]:
    """Make the zone right, and return what is wrong with the DNS VIP's answers for it, seen from the workstation.

    A Ready name server may not be known yet to the node that carries the VIP, or to the one that asks its API,
    so having the zone there is what this unit waits for.
    """
    try:
        correct(lab)
    except OSError as error:
        return (str(error),)
    found = {"udp": _soa(lab, tcp=False), "tcp": _soa(lab, tcp=True)}
    return tuple(f"{transport}: {answer}" for transport, (right, answer) in found.items() if not right)


def _soa(lab: Lab, *, tcp: bool) -> tuple[bool, str]:
    vip, zone = str(lab.inventory.vips.dns), lab.inventory.cluster.domain
    answer = dns.query(lab.vantage("workstation"), vip, zone, "SOA", tcp=tcp, timeout=2)
    right = isinstance(answer, dns.Answer) and answer.authoritative and bool(answer.data("SOA"))
    return right, str(answer)


UNIT: Unit[Lab] = Unit(
    name="zone",
    layer=Layer.CONFIGURATION,
    needs=("powerdns",),
    gate=Gate(
        observe=silent,
        until=lambda found: not found,
        expected="the DNS VIP is the authority for the zone, by UDP and by TCP",
        patience="name_server",
    ),
)
