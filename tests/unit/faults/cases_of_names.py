"""Names and websites as a well lab shows them, and as each known cause changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SOA = "2026112406 10 ns1.example.org."
BOTH = "ns1.example.org ns2.example.org"
COMPLETE = "complete: 10 records of serial 2026112406 (3 messages, 727 bytes, 100 ms)"
CUT = "broken off after the opening SOA: closed by the other side after 10 s"
TAKES, REFUSED, SILENT = "takes connections", "[Errno 111] Connection refused", "no answer within 3.0 s"
SITE = "test.example.org"
ISSUER = "issuer letsencrypt-prod"
ANOTHER = (
    "CN=somebody else, by CN=somebody, until 2027-02-22 18:00 UTC, NOT trusted (self-signed certificate)"
)

WELL: Mapping[str, Mapping[str, Any]] = {
    "names": {
        "primary": SOA,
        "primary over TCP": SOA,
        "primary from the VPS": SOA,
        "VPS": SOA,
        "VPS over TCP": SOA,
    },
    "servers": {
        "parent": BOTH,
        "without glue": "",
        "primary": BOTH,
        "without address at the primary": "",
        "VPS": BOTH,
        "without address at the VPS": "",
    },
    "transfers": {
        "VPS": COMPLETE,
        "workstation": COMPLETE,
        "on the public internet": "refused by the server: NOTAUTH",
    },
    "dns": {
        "allow-axfr-ips": "10.0.0.0/8,100.64.0.3/32",
        "also-notify": "",
        "primary": "no",
        "kind": "Native",
        "forwards to": "10.0.3.3",
        "net.ipv4.tcp_mtu_probing": "1",
        "io.cilium.proxy.denylist": "53/TCP,53/UDP",
        "policy": "Cluster",
        "API outside": "",
    },
    "websites": {
        SITE: {
            "authority": "production",
            "until": "2027-02-22T18:00:05+00:00",
            "over": "False",
            "at the VPS": "the same",
        }
    },
    "strangers": {"VPS": "something of its own", "ingress": "CN=a default"},
    "certification": {
        "issuer cluster-internal-ca": "no ACME",
        ISSUER: "https://acme.example/dir DNS-01 by rfc2136",
    },
    "front": {"name server": TAKES, "proxy": TAKES, "web": TAKES, "kind": "Slave"},
}
PLAN: Mapping[str, Any] = {
    "dns": "10.0.3.3",
    "name servers": ["ns1.example.org", "ns2.example.org"],
    "refresh": 10,
    "transfer clients": ["10.0.0.0/8", "100.64.0.3/32"],
    "environment": "production",
    "directory": "https://acme.example/dir",
}
WORKLOADS: Mapping[str, list[int]] = {
    "Deployment dns-system/powerdns": [1, 1],
    "Deployment external-dns/external-dns": [1, 1],
    "Deployment ingress-system/ingress-nginx-controller": [2, 2],
    "Deployment storage/local-path-provisioner": [1, 1],
}


def _site(**changes: str) -> dict[str, dict[str, dict[str, str]]]:
    return {"websites": {SITE: {**WELL["websites"][SITE], **changes}}}


def _absent(workload: str) -> dict[str, dict[str, list[int]]]:
    return {"workloads": {workload: [0, 0]}}


CASES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "axfr-cilium-dns-proxy": ({"transfers": {"VPS": CUT}}, ""),
    "axfr-vps-bridge-network": ({"front": {"kind": "Native"}}, ""),
    "dns-vip-etp-local": ({"dns": {"policy": "Local"}}, ""),
    "dns01-record-late": (
        {"front": {"kind": "Native"}, "names": {"primary": SOA.replace(" 10 ", " 5 ")}},
        "",
    ),
    "expired-certificate": (_site(over="True"), ""),
    "external-dns-down": (_absent("Deployment external-dns/external-dns"), ""),
    "external-dns-private-target": ({}, "private addresses: inside.example.org. 60 A 10.0.3.2"),
    "forward-wrong-vip-after-renumber": ({"dns": {"forwards to": "10.2.3.3"}}, ""),
    "glue-missing": ({"servers": {"without glue": BOTH}}, ""),
    "http-passed-on": ({}, "what comes back: HTTP 308, Permanent Redirect"),
    "http01-unreachable": ({"certification": {ISSUER: "https://acme.example/dir HTTP-01 by ingress"}}, ""),
    "ingress-down": (_absent("Deployment ingress-system/ingress-nginx-controller"), ""),
    "issuer-missing": (
        {
            "certification": {
                "certificate a/b": "by ClusterIssuer/letsencrypt: DoesNotExist: there is no Secret"
            }
        },
        "",
    ),
    "notify-source-rejected": ({"dns": {"primary": "yes"}}, ""),
    "ns-points-elsewhere": ({"servers": {"primary": "ns9.example.org"}}, ""),
    "pdns-chart-config-ignored": ({"dns": {"allow-axfr-ips": "127.0.0.0/8"}}, ""),
    "powerdns-api-exposed": ({"dns": {"API outside": "10.0.3.4"}}, ""),
    "primary-down": (_absent("Deployment dns-system/powerdns"), ""),
    "profile-mixed": (_site(authority="staging"), ""),
    "secondary-down": ({"names": {"VPS": REFUSED}, "front": {"name server": REFUSED}}, ""),
    "sni-terminated-at-vps": (_site(**{"at the VPS": ANOTHER}), ""),
    "soa-of-nobody": ({"names": {"primary": "2026112406 10 a.misconfigured.dns.server.invalid."}}, ""),
    "soa-refresh-3h": ({"names": {"primary": SOA.replace(" 10 ", " 10800 ")}}, ""),
    "unknown-sni-leaks": ({"strangers": {"VPS": "what the cluster shows"}}, ""),
    "vip-unannounced": ({"names": {"primary": SILENT, "primary from the VPS": SILENT}}, ""),
    "vps-proxy-down": ({"front": {"proxy": REFUSED}}, ""),
    "zone-copied-by-strangers": ({"transfers": {"on the public internet": COMPLETE}}, ""),
    "zone-open-to-updates": ({}, "an update without a key: NOERROR over udp: no records"),
}
"""By cause: what it changes of the well platform, and what a scenario says of it."""
ALIKE = {("dns01-record-late", "axfr-vps-bridge-network")}
"""The second knows the refresh; about which scenarios each of them speaks tells them apart."""
