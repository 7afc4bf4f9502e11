"""Checks of who knows the people: the identity provider, and the applications that ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from inventory.cluster import Cluster
from inventory.finding import Check, Finding
from inventory.services import Identity, RelyingParty, Service

LONGEST_CODE = 600.0
"""Seconds that an authorization code may live at most (RFC 6749, 4.1.2)."""


def _provider(identity: Identity | None, services: Mapping[str, Service]) -> Iterator[Finding]:
    if identity is None:
        return
    host, service = urlsplit(identity.issuer).hostname, services.get("identity")
    if service is None:
        yield Finding("services.identity", "nothing", "a table, which [identity] needs")
    elif service.host != host:
        yield Finding(
            "identity.issuer", f'"{identity.issuer}"', f"an address of services.identity, {service.host}"
        )
    if identity.code_lifetime > LONGEST_CODE:
        yield Finding(
            "identity.code_lifetime",
            f"{identity.code_lifetime:g} s",
            f"at most {LONGEST_CODE:g} s, as RFC 6749 has it in 4.1.2",
        )


def _parties(identity: Identity | None, parties: Mapping[str, RelyingParty]) -> Iterator[Finding]:
    if parties and identity is None:
        yield Finding("identity", "nothing", "a table, which [relying_parties] needs")
    owners: dict[str, str] = {}
    for name, party in parties.items():
        key = f"relying_parties.{name}"
        first = owners.setdefault(party.client_id, key)
        if first != key:
            yield Finding(f"{key}.client_id", f'"{party.client_id}", which {first} has too', "one of its own")
        if "openid" not in party.scopes:
            yield Finding(f"{key}.scopes", 'no "openid"', "a list with it: without it nobody is signed in")
        host = urlsplit(party.redirect_uri).hostname
        if urlsplit(party.login_start).hostname != host:
            yield Finding(
                f"{key}.login_start", f'"{party.login_start}"', f"an address of {host}, as redirect_uri is"
            )


def _lab(cluster: Cluster, identity: Identity | None) -> Iterator[Finding]:
    if cluster.provider != "lab":
        return
    if identity is None:
        yield Finding("identity", "nothing", 'a table, which the provider "lab" needs')
    elif identity.kind != "keycloak":
        yield Finding("identity.kind", f'"{identity.kind}"', '"keycloak", which the provider "lab" builds')


CHECKS = (
    Check(_provider, ("identity", "services"), whole=("services",)),
    Check(_parties, ("identity", "relying_parties"), whole=("identity",)),
    Check(_lab, ("cluster", "identity"), whole=("identity",)),
)
