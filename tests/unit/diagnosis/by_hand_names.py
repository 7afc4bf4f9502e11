"""Names, certificates and the public path: a healthy cluster, and what each fault changes of it. Written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from typing import Any

from diagnosis.chapters import certificates, dns, ingress, public_path
from diagnosis.chapters.certificates import Website
from diagnosis.look import Unseen
from probes.apiserver import ApiHealth, HttpStatus
from probes.cert_manager import Issuer, Solver, Wanted
from probes.dns import Answer
from probes.http import Response
from probes.ingresses import Ingress, IngressClass
from probes.kubeobjects import Workload
from probes.outcomes import Refused, TimedOut
from probes.powerdns import Entrance, Pod
from probes.routes import NoWay, Way
from probes.tcp import Connected
from probes.tls import Handshake
from probes.transfer import CutAfterOpening, Record, RefusedTransfer, Transferred

ZONE, SITE, PUBLIC = "example.org", "test.example.org", "203.0.113.5"
FIRST, SECOND = "ns1.example.org", "ns2.example.org"
NOW = datetime(2026, 11, 30, 22, 44, tzinfo=UTC)
SILENT, REFUSED = TimedOut(3.0), Refused()
NO_POD = Unseen("CannotObserve: cannot observe PowerDNS' pod from workstation: of 0 pods none is ready")


def _answer(name: str, kind: str, *data: str) -> Answer:
    return Answer("NOERROR", tuple(f"{name}. {kind} {each}" for each in data), authoritative=True)


def _soa(refresh: int = 10, mname: str = f"{FIRST}.") -> Answer:
    return _answer(ZONE, "SOA", f"{mname} hostmaster.{ZONE}. 2026112406 {refresh} 5 3600 60")


def _workload(namespace: str, name: str, ready: int = 1) -> Workload:
    return Workload("Deployment", namespace, name, ready, ready, ready)


def _at_primary(answer: Any) -> Mapping[str, Any]:
    return {"primary": answer, "primary over TCP": answer}


def _shown(finger: str, who: str = "", *, verified: bool = False, days: int = 84) -> Handshake:
    """What a server shows. who: has made it for itself; "" for an authority."""
    return Handshake(
        fingerprints=(finger,),
        subject=who or f"CN={SITE}",
        issuer=who or "CN=an intermediate authority",
        sans=(SITE,),
        not_before=NOW - timedelta(days=90),
        not_after=NOW + timedelta(days=days),
        verified=verified,
        why_not="" if verified else "unable to get local issuer certificate",
    )


RECORDS = frozenset({Record(f"{SITE}.", "A", 60, PUBLIC)})
INSIDE = Record(f"inside.{ZONE}.", "A", 60, "10.0.3.2")
COPY = Transferred(RECORDS, 2026112406, 3, 727, 0.1, 1)
WITH_INSIDE = replace(COPY, records=RECORDS | {INSIDE})
CUT = CutAfterOpening("closed", 10.0)
NOT_ALLOWED = RefusedTransfer("NOTAUTH")
SERVERS = _answer(ZONE, "NS", f"{FIRST}.", f"{SECOND}.")
REFERRAL = Answer(
    "NOERROR", authority=SERVERS.records, additional=(f"{FIRST}. A {PUBLIC}", f"{SECOND}. A {PUBLIC}")
)
ELSEWHERE = _answer(ZONE, "NS", "ns9.example.org.")
DOOR = Entrance("powerdns-dns", "LoadBalancer", "Cluster", ("53/TCP", "53/UDP"), ("10.0.3.3",))
API = Entrance("powerdns-api", "ClusterIP", "", ("8081/TCP",), ())
EXTERNAL_DNS, POWERDNS = _workload("external-dns", "external-dns"), _workload("dns-system", "powerdns")
NAMES = dns.Look(
    plan=dns.Plan(
        zone=ZONE,
        nameservers=(FIRST, SECOND),
        refresh=10.0,
        clients=frozenset(map(IPv4Network, ("10.0.0.0/8", "100.64.0.3/32"))),
        vip="10.0.3.3",
    ),
    soas={**_at_primary(_soa()), dns.VPS: _soa(), "VPS over TCP": _soa()},
    name_servers={dns.PARENT: REFERRAL, dns.PRIMARY: SERVERS, dns.VPS: SERVERS},
    addresses={each: _answer(each, "A", PUBLIC) for each in (FIRST, SECOND)},
    transfers={dns.VPS: COPY, dns.WORKSTATION: COPY, dns.INTERNET: NOT_ALLOWED},
    settings={"allow-axfr-ips": "10.0.0.0/8,100.64.0.3", "also-notify": "", "primary": "no"},
    pod=Pod("dns-system", "powerdns-1", "worker0", {"io.cilium.proxy.denylist": "53/TCP,53/UDP"}),
    probing="1",
    entrances=(API, DOOR),
    kind="Native",
    kind_at_vps="Slave",
    workloads=(POWERDNS, EXTERNAL_DNS),
    forwarded="10.0.3.3",
)
TRUSTED, UNTRUSTED = _shown("aa", verified=True), _shown("aa")
OVER = _shown("aa", days=-1)
VPS_OWN, DEFAULT = _shown("bb", "CN=the VPS"), _shown("cc", "CN=a default")
WEBSITE = Website({"production": TRUSTED, "staging": UNTRUSTED}, UNTRUSTED, NOW)
INTERNAL = Issuer("cluster-internal-ca", ready=True)
ISSUER = Issuer(
    "letsencrypt-prod",
    ready=True,
    directory="https://acme.example/dir",
    solvers=(Solver("DNS-01 by rfc2136"),),
)
BY_HTTP = replace(
    ISSUER, name="by-http", directory="https://acme.invalid/dir", solvers=(Solver("HTTP-01 by ingress"),)
)
WANTED = Wanted("test-app", "test", "test", (SITE,), "ClusterIssuer/letsencrypt-prod", ready=True, revision=1)
CERTIFICATES = certificates.Look(
    plan=certificates.Plan("production", "https://acme.example/dir"),
    websites={SITE: WEBSITE},
    issuers=(INTERNAL, ISSUER),
    wanted=(WANTED,),
    underway=(),
)
OPEN = Connected()
PATH = public_path.Look(
    doors=dict.fromkeys((public_path.NAME_SERVER, public_path.PROXY, public_path.WEB), OPEN),
    strangers={public_path.VPS: VPS_OWN, public_path.INGRESS: DEFAULT},
    plain=Response(404),
    tailnet="100.64.0.3",
    way=Way("tailnet0", "100.64.0.3", "100.64.0.1", 1280),
    api=ApiHealth(answering=True, outcome=HttpStatus(200)),
    opened=dict.fromkeys(("api", "dns", "ingress"), SILENT),
)
INGRESS = ingress.Look(
    classes=(IngressClass("nginx", "k8s.io/ingress-nginx", default=True),),
    ingresses=(Ingress("test-app", "web", (SITE,), "nginx", {SITE: "test"}, "letsencrypt-prod"),),
    controllers=(_workload("ingress-system", "ingress-nginx-controller", 2),),
)


def _with(look: Any, **fields: Any) -> Any:
    """The look with other fields, and of those that are tables with some other entries."""
    tables = {
        name: {**getattr(look, name), **each} for name, each in fields.items() if isinstance(each, dict)
    }
    return replace(look, **{**fields, **tables})


def _names(**fields: Any) -> Any:
    return _with(NAMES, **fields)


def _path(**fields: Any) -> Any:
    return _with(PATH, **fields)


def _website(**fields: Any) -> Any:
    return replace(CERTIFICATES, websites={SITE: replace(WEBSITE, **fields)})


SILENT_PRIMARY = _names(
    soas=_at_primary(SILENT),
    name_servers={dns.PRIMARY: SILENT},
    addresses={FIRST: SILENT, SECOND: SILENT},
    transfers={dns.VPS: SILENT, dns.WORKSTATION: SILENT},
)
UPDATE = Answer("REFUSED", opcode="UPDATE")
HEALTHY: Sequence[object] = (NAMES, CERTIFICATES, PATH, INGRESS)
HEALTHY_FACTS: Sequence[object] = (UPDATE, RECORDS, CERTIFICATES.issuers)
LOOKS: Mapping[str, Sequence[object]] = {
    "advertised_route_missing": (_path(way=NoWay("Network is unreachable")),),
    "certificate_expired": (_website(shown={"production": OVER, "staging": OVER}),),
    "dns01_record_late": (_names(kind_at_vps="Native", soas=_at_primary(_soa(5))),),
    "dns_vip_kept_local": (_names(entrances=(API, replace(DOOR, policy="Local"))),),
    "dns_vip_unannounced": (SILENT_PRIMARY,),
    "external_dns_absent": (_names(workloads=(POWERDNS, replace(EXTERNAL_DNS, ready=0))),),
    "forward_to_retired_vip": (_names(forwarded="10.2.3.3"),),
    "glue_missing": (_names(name_servers={dns.PARENT: replace(REFERRAL, additional=())}),),
    "http_passed_on": (_path(plain=Response(308)),),
    "ingress_absent": (replace(INGRESS, controllers=(_workload("ingress-system", "nginx", 0),)),),
    "issuer_unknown": (
        replace(
            CERTIFICATES, wanted=(WANTED, replace(WANTED, issuer="ClusterIssuer/letsencrypt", ready=False))
        ),
    ),
    "name_server_without_address": (_names(addresses={SECOND: Answer("NXDOMAIN")}),),
    "name_servers_elsewhere": (_names(name_servers={dns.PRIMARY: ELSEWHERE, dns.VPS: ELSEWHERE}),),
    "notify_sent": (_names(settings={"primary": "yes"}, kind="Primary"),),
    "open_to_the_world": (_path(opened={"api": OPEN, "dns": OPEN}),),
    "packets_blackholed": (_names(probing="0"), PATH),
    "powerdns_api_exposed": (_names(entrances=(replace(API, outside=("10.0.3.4",)), DOOR)),),
    "primary_absent": (
        _with(
            SILENT_PRIMARY,
            workloads=(replace(POWERDNS, ready=0), EXTERNAL_DNS),
            **dict.fromkeys(("pod", "probing", "settings", "kind"), NO_POD),
        ),
    ),
    "private_address_published": (_names(transfers={dns.VPS: WITH_INSIDE}),),
    "proven_by_http": (replace(CERTIFICATES, issuers=(INTERNAL, ISSUER, BY_HTTP)),),
    "refresh_of_three_hours": (_names(soas=_at_primary(_soa(10800))),),
    "secondary_frozen": (_names(kind_at_vps="Native"),),
    "secondary_open": (_names(transfers={dns.INTERNET: COPY}),),
    "secondary_stopped": (
        _names(soas={dns.VPS: REFUSED, "VPS over TCP": REFUSED}, transfers={dns.INTERNET: REFUSED}),
        _path(doors={public_path.NAME_SERVER: REFUSED}),
    ),
    "sni_terminated_at_vps": (_website(at_vps=VPS_OWN), PATH),
    "soa_of_nobody": (_names(soas=_at_primary(_soa(mname="a.misconfigured.dns.server.invalid."))),),
    "staging_in_production": (_website(shown={"production": UNTRUSTED, "staging": TRUSTED}),),
    "tailnet_with_large_packets": (
        NAMES,
        _path(way=Way("tailnet0", "100.64.0.3", "100.64.0.1", 1500)),
    ),
    "transfers_intercepted": (_names(transfers={dns.VPS: CUT}), PATH),
    "transfers_refused": (
        _names(
            settings={"allow-axfr-ips": "127.0.0.0/8"},
            transfers={dns.VPS: NOT_ALLOWED, dns.WORKSTATION: NOT_ALLOWED},
        ),
    ),
    "unknown_names_passed_on": (_path(strangers={public_path.VPS: replace(DEFAULT, fingerprints=("dd",))}),),
    "vps_proxy_stopped": (
        _path(doors={public_path.PROXY: REFUSED}, plain=REFUSED, strangers={public_path.VPS: REFUSED}),
        _website(at_vps=REFUSED),
    ),
    "zone_open_to_updates": (NAMES,),
}
"""By fault: the looks that the incidents of its chapter match on."""
FACTS: Mapping[str, Sequence[object]] = {
    "private_address_published": (INSIDE,),
    "zone_open_to_updates": (replace(UPDATE, rcode="NXDOMAIN"),),
}
"""By fault: what its scenario observed, where that matters."""
OTHER_SIGNS: Mapping[str, Sequence[object]] = {
    "axfr-cilium-dns-proxy": (_names(pod=Pod("dns-system", "powerdns-1", "worker0", {})),),
    "profile-mixed": (
        replace(CERTIFICATES, issuers=(replace(ISSUER, directory="https://acme-staging.example/dir"),)),
    ),
    "tailscale-bad-cidr": (_path(way=Way("eth0", PUBLIC, "203.0.113.1", 1500)),),
}
"""By cause: looks by which it is recognised as well."""
