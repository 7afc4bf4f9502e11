"""Names: what the primary answers and how it is set up, how the zone gets to the VPS, and who is said to serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from diagnosis.look import QUICK, Sight, Subject, Unseen, seen
from inventory.services import Dns
from probes import corefile, dns, powerdns, serials, transfer
from probes.dns import Answer
from probes.kubeobjects import Workload
from probes.outcomes import NetworkFailure
from probes.powerdns import Entrance, Pod
from probes.serials import Soa
from probes.transfer import Transfer, Transferred
from probes.vantage import Vantage

PRIMARY, VPS, PARENT = "primary", "VPS", "parent"
WORKSTATION, INTERNET = "workstation", "the public internet"
NOTIFYING = frozenset({"Master", "Primary"})
"""The kinds of a zone whose changes are notified."""
_SILENT = 4.0
"""Seconds of silence after which a transfer counts as broken off: there is no time for more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the inventory wants of the zone. refresh: in seconds; vip: of the primary; clients may copy the zone."""

    zone: str
    nameservers: tuple[str, ...]
    refresh: float
    clients: frozenset[IPv4Network]
    vip: str


@dataclass(frozen=True, slots=True)
class Look:
    """Names at one moment.

    soas: the answers to the question for the zone's SOA, of `PRIMARY` and `VPS`, and on other ways to them.
    name_servers: likewise to that for its NS, of `PARENT` too. addresses: the primary's, for each planned name server.
    transfers: copies of the primary's zone to `VPS` and `WORKSTATION`, and of the VPS' to `INTERNET`.
    settings: PowerDNS', by name; pod: its own; probing: whether its kernel probes for packet sizes, "1" or "2" if so.
    kind, kind_at_vps: of the zone. workloads: of PowerDNS and external-dns.
    forwarded: where the cluster's DNS asks for the zone's names; "" where it treats them as any other.
    """

    plan: Plan | Unseen
    soas: Mapping[str, Answer | NetworkFailure] | Unseen
    name_servers: Mapping[str, Answer | NetworkFailure] | Unseen
    addresses: Mapping[str, Answer | NetworkFailure] | Unseen
    transfers: Mapping[str, Transfer] | Unseen
    settings: Mapping[str, str] | Unseen
    pod: Pod | Unseen
    probing: str | Unseen
    entrances: tuple[Entrance, ...] | Unseen
    kind: str | Unseen
    kind_at_vps: str | Unseen
    workloads: tuple[Workload, ...] | Unseen
    forwarded: str | Unseen

    def soa(self, server: str) -> Soa | None:
        """Return the SOA that a name server tells; None when it tells none."""
        answer = seen(self.soas, {}).get(server)
        return None if answer is None else serials.soa(answer)

    @property
    def frozen(self) -> bool:
        """The VPS serves the zone and copies it no more, although it could: it is no secondary of it."""
        copied = isinstance(seen(self.transfers, {}).get(VPS), Transferred) and self.soa(VPS) is not None
        return copied and seen(self.kind_at_vps, "") in {"Native", *NOTIFYING}


def _plan(subject: Subject) -> Plan:
    wanted = _dns(subject)
    clients = frozenset(map(IPv4Network, map(str, wanted.transfer_clients)))
    return Plan(_zone(subject), wanted.nameservers, wanted.refresh, clients, _vip(subject))


def _dns(subject: Subject) -> Dns:
    if subject.inventory.dns is None:
        raise LookupError("the inventory has no [dns]")
    return subject.inventory.dns


def _zone(subject: Subject) -> str:
    return subject.inventory.cluster.domain


def _vip(subject: Subject) -> str:
    return str(subject.inventory.vips.dns)


def _public(subject: Subject) -> str:
    return str(subject.inventory.vantages["vps"].address)


def _servers(subject: Subject) -> Mapping[str, tuple[str, str, bool]]:
    """Return where, and over which transport, each name server is asked: (vantage, address, whether by TCP)."""
    asked = {
        PRIMARY: ("workstation", _vip(subject), False),
        f"{PRIMARY} over TCP": ("workstation", _vip(subject), True),
        f"{PRIMARY} from the VPS": ("vps", _vip(subject), True),
        VPS: ("internet", _public(subject), False),
        f"{VPS} over TCP": ("internet", _public(subject), True),
    }
    return {name: each for name, each in asked.items() if each[0] in subject.vantages}


def soa(subject: Subject, which: str) -> Answer | NetworkFailure:
    """Ask one name server for the zone's SOA, and nothing else: a TCP connection would keep its ARP entry fresh."""
    place, server, over_tcp = _servers(subject)[which]
    return dns.query(subject.vantages[place], server, _zone(subject), "SOA", tcp=over_tcp, timeout=QUICK)


def _soas(subject: Subject) -> Mapping[str, Answer | NetworkFailure]:
    return {name: soa(subject, name) for name in _servers(subject)}


def _name_servers(subject: Subject) -> Mapping[str, Answer | NetworkFailure]:
    parent, zone = _dns(subject).parent_server, _zone(subject)
    inside, outside = subject.vantages["workstation"], subject.vantages["internet"]
    found = {
        PRIMARY: dns.query(inside, _vip(subject), zone, "NS", timeout=QUICK),
        VPS: dns.query(outside, _public(subject), zone, "NS", timeout=QUICK),
    }
    if parent is None:
        return found
    referral = dns.query(outside, str(parent), zone, "NS", recurse=False, timeout=QUICK)
    return {PARENT: referral, **found}


def _addresses(subject: Subject) -> Mapping[str, Answer | NetworkFailure]:
    inside = subject.vantages["workstation"]
    return {
        name: dns.query(inside, _vip(subject), name, "A", timeout=QUICK)
        for name in _dns(subject).nameservers
    }  # fmt: skip


def _transfers(subject: Subject) -> Mapping[str, Transfer]:
    asked = {
        VPS: ("vps", _vip(subject)),
        WORKSTATION: ("workstation", _vip(subject)),
        INTERNET: ("internet", _public(subject)),
    }
    return {
        name: transfer.fetch(
            subject.vantages[place],
            server,
            _zone(subject),
            timeout=QUICK,
            idle=_SILENT,
            within=2 * _SILENT,
        )
        for name, (place, server) in asked.items()
    }


def pod(subject: Subject) -> Pod:
    """Return PowerDNS' pod. Raises CannotObserve when none is ready."""
    return powerdns.pod(subject.api(), _namespace(subject), _vip(subject))


def _namespace(subject: Subject) -> str:
    return subject.inventory.services["powerdns"].namespace


def _inside(subject: Subject) -> Vantage:
    found = pod(subject)
    return subject.in_pod(found.namespace, found.name)


def settings(subject: Subject) -> Mapping[str, str]:
    """Return PowerDNS' settings by name. Raises CannotObserve."""
    return powerdns.settings(_inside(subject))


def probing(subject: Subject) -> str:
    """Return whether the kernel of PowerDNS' pod probes for packet sizes: "0" if not. Raises CannotObserve."""
    return powerdns.kernel(_inside(subject), powerdns.PROBING)


SIGHTS: Mapping[str, Sight] = {
    "plan": _plan,
    "soas": _soas,
    "name_servers": _name_servers,
    "addresses": _addresses,
    "transfers": _transfers,
    "settings": settings,
    "pod": pod,
    "probing": probing,
    "entrances": lambda subject: powerdns.entrances(subject.api(), _namespace(subject)),
    "kind": lambda subject: powerdns.zone_kind(_inside(subject), _zone(subject)),
    "kind_at_vps": lambda subject: powerdns.zone_kind(subject.vantages["vps"], _zone(subject)),
    "workloads": lambda subject: subject.workloads("powerdns", "external-dns"),
    "forwarded": lambda subject: corefile.forwarded(subject.api(), _zone(subject)),
}
