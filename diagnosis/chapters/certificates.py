"""Certificates: what each website shows and by which authority, whom the issuers ask, which are missing."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from diagnosis.look import QUICK, Sight, Subject, Unseen
from inventory.services import Acme
from probes import cert_manager, ingresses, tls
from probes.cert_manager import Issuer, Underway, Wanted
from probes.outcomes import NetworkFailure
from probes.tls import Handshake

_HTTPS = 443
_VISITS = 8
"""Websites that are visited at the same time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the inventory wants: the environment in force ("production"), and the directory of its authority."""

    environment: str
    directory: str


@dataclass(frozen=True, slots=True)
class Website:
    """What one website shows at the ingress VIP, and at the VPS' public address. at: when, in UTC.

    shown: the handshake with the roots of each environment trusted, by the environment's name.
    """

    shown: Mapping[str, Handshake | NetworkFailure]
    at_vps: Handshake | NetworkFailure
    at: datetime

    @property
    def authorities(self) -> frozenset[str]:
        """The environments whose roots verify it."""
        found = {name: one for name, one in self.shown.items() if isinstance(one, Handshake)}
        return frozenset(name for name, one in found.items() if one.verified)

    @property
    def own(self) -> Handshake | None:
        """What it shows at the ingress VIP, whoever trusts it; None when it shows nothing."""
        return next((one for one in self.shown.values() if isinstance(one, Handshake)), None)


@dataclass(frozen=True, slots=True)
class Look:
    """Certificates at one moment. websites: by host. underway: also requests and orders that are over."""

    plan: Plan | Unseen
    websites: Mapping[str, Website] | Unseen
    issuers: tuple[Issuer, ...] | Unseen
    wanted: tuple[Wanted, ...] | Unseen
    underway: tuple[Underway, ...] | Unseen


def _acme(subject: Subject) -> Acme:
    if subject.inventory.acme is None:
        raise LookupError("the inventory has no [acme]")
    return subject.inventory.acme


def _plan(subject: Subject) -> Plan:
    acme = _acme(subject)
    return Plan(acme.environment, acme.chosen.directory)


def _websites(subject: Subject) -> Mapping[str, Website]:
    hosts = sorted({host for each in subject.ask(ingresses.ingresses) for host in each.tls})
    with ThreadPoolExecutor(max_workers=_VISITS) as pool:
        return dict(zip(hosts, pool.map(partial(_website, subject), hosts), strict=True))


def _website(subject: Subject, host: str) -> Website:
    acme, vip = _acme(subject), str(subject.inventory.vips.ingress)
    public = str(subject.inventory.vantages["vps"].address)
    inside, outside = subject.vantages["workstation"], subject.vantages["internet"]
    environments = {"production": acme.production, "staging": acme.staging}
    return Website(
        shown={
            name: tls.handshake(inside, vip, _HTTPS, host, each.roots, timeout=QUICK)
            for name, each in environments.items()
        },
        at_vps=tls.handshake(outside, public, _HTTPS, host, timeout=QUICK),
        at=datetime.now(tz=UTC),
    )


SIGHTS: Mapping[str, Sight] = {
    "plan": _plan,
    "websites": _websites,
    "issuers": lambda subject: subject.ask(cert_manager.issuers),
    "wanted": lambda subject: subject.ask(cert_manager.wanted),
    "underway": lambda subject: subject.ask(cert_manager.underway),
}
