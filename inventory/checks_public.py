"""Checks of the way to the public: the zone, who certifies its names, and the VPS in front of it."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.cluster import Cluster
from inventory.finding import Check, Finding
from inventory.services import Acme, Dns, Ingress, Storage, Vps

_SECTIONS = ("dns", "ingress", "storage", "acme", "vps")


def _zone(cluster: Cluster, dns: Dns | None) -> Iterator[Finding]:
    if dns is None:
        return
    if not cluster.domain.endswith(f".{dns.parent}"):
        yield Finding("dns.parent", f'"{dns.parent}"', f'a name above cluster.domain, "{cluster.domain}"')
    if not dns.nameservers:
        yield Finding("dns.nameservers", "an empty list", "at least one name that the parent delegates to")
    if len(set(dns.nameservers)) != len(dns.nameservers):
        yield Finding("dns.nameservers", "a name that is there twice", "each name once")
    if dns.retry > dns.refresh:
        yield Finding(
            "dns.retry",
            f"{dns.retry:g} s",
            f"at most the {dns.refresh:g} s of dns.refresh: it shortens the wait after a failure",
        )


def _own_sites(cluster: Cluster, vps: Vps | None) -> Iterator[Finding]:
    for site in vps.own_sites if vps else ():
        if f".{site}".endswith(f".{cluster.domain}"):
            yield Finding(
                "vps.own_sites", f'"{site}"', f'names outside of "{cluster.domain}", which the cluster serves'
            )


def _environments(acme: Acme | None) -> Iterator[Finding]:
    if acme is not None and acme.production.directory == acme.staging.directory:
        yield Finding(
            "acme.staging.directory", f'"{acme.staging.directory}"', "another one than acme.production has"
        )


def _lab(
    cluster: Cluster,
    dns: Dns | None,
    ingress: Ingress | None,
    storage: Storage | None,
    acme: Acme | None,
    vps: Vps | None,
) -> Iterator[Finding]:
    """The lab builds all of it."""
    if cluster.provider != "lab":
        return
    for name, section in zip(_SECTIONS, (dns, ingress, storage, acme, vps), strict=True):
        if section is None:
            yield Finding(name, "nothing", 'a table, which the provider "lab" needs')
    if dns is not None and dns.parent_server is None:
        yield Finding("dns.parent_server", "nothing", 'an IPv4 address, which the provider "lab" needs')
    if acme is not None:
        for name in ("production", "staging"):
            if getattr(acme, name).roots is not None:
                yield Finding(
                    f"acme.{name}.roots",
                    "a file",
                    'nothing: the provider "lab" makes new ones with each build',
                )


CHECKS = (
    Check(_zone, ("cluster", "dns")),
    Check(_environments, ("acme",)),
    Check(_own_sites, ("cluster", "vps")),
    Check(_lab, ("cluster", *_SECTIONS)),
)
