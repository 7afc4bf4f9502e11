"""Websites: those that the cluster publishes, those that a scenario makes for itself, and who visits them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_bdd import given

from inventory import Acme, Planned
from probes import dns, http, ingresses
from probes.dns import Answer
from probes.greeting import Greeting
from probes.greeting import parse as parse_greeting
from probes.http import Response
from probes.ingresses import Ingress
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.pinned import Pinned
from probes.together import at_once
from probes.vantage import Vantage
from probes.waiting import SYSTEM
from steps.vocabulary.certificates import NOT_OURS
from steps.vocabulary.pods import Greeters, StartGreeters
from steps.vocabulary.seen import Seen
from steps.wiring import Scratch

SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True)
class Websites:
    """What the cluster publishes, without what scenarios made for themselves.

    A website for all names below one ("*.shop.example") stands here by one of them.
    """

    ingresses: tuple[Ingress, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host, once, sorted."""
        return tuple(sorted({_one_of(host) for one in self.ingresses for host in one.hosts}))

    @property
    def hosts_with_tls(self) -> tuple[str, ...]:
        """Those with a certificate of their own."""
        return tuple(
            sorted({_one_of(host) for one in self.ingresses for host in one.hosts if host in one.tls})
        )


def _one_of(host: str) -> str:
    return host.replace("*", "any-name", 1)


@dataclass(frozen=True, slots=True)
class Website:
    """A website of the scenario's own. secret: where its certificate is kept; "" if it has none."""

    name: str
    namespace: str
    host: str
    secret: str
    greeters: Greeters

    def served_by(self, answer: object) -> bool:
        """Tell whether an answer is one of its pods'."""
        return answer in self.greeters.greetings()


class MakeWebsites:
    """Makes websites of the scenario's own: a pod, a service in front of it, and an Ingress of its name."""

    def __init__(
        self, scratch: Scratch, start_greeters: StartGreeters, inventory: Planned, acme: Acme
    ) -> None:
        self._scratch, self._start, self._inventory, self._acme = scratch, start_greeters, inventory, acme
        self._greeters: list[Greeters] = []

    def name(self, label: str) -> str:
        """Return a host name of the owner's domain that nobody else has."""
        return f"{label}-{self._scratch.host_label}.{self._inventory.cluster.domain}"

    def __call__(self, label: str, *, host: str = "", secret: str = "", asks: bool = False) -> Website:
        """Make one. secret: of its certificate; asks: cert-manager is to fill that Secret for it."""
        if not self._greeters:
            self._greeters.append(self._start([self._inventory.workers[0].name]))
        site = Website(label, self._scratch.namespace, host or self.name(label), secret, self._greeters[0])
        self._scratch.apply(
            "website.yaml",
            name=label,
            host=site.host,
            secret=secret,
            issuer=self._acme.issuer if asks else "",
            class_name=self._inventory.ingress.class_name,
            service=site.greeters.service,
        )
        return site


@pytest.fixture
def make_website(
    scratch: Scratch, start_greeters: StartGreeters, inventory: Planned, acme: Acme
) -> MakeWebsites:
    """Make websites of the scenario's own."""
    return MakeWebsites(scratch, start_greeters, inventory, acme)


@dataclass(slots=True)
class Visitor:
    """Somebody on the public internet who asks for every website again and again, and knows how long none came."""

    internet: Vantage
    hosts: tuple[str, ...]
    roots: Path | None
    _began: float = field(default_factory=SYSTEM.now)
    _last_bad: float | None = None

    def starts_counting(self) -> None:
        """Count from now on: something was just broken, or mended."""
        self._began, self._last_bad = SYSTEM.now(), None

    def looks(self) -> Mapping[str, str]:
        """Ask for all websites at once; return "served", or what came instead, by its host."""
        found = at_once(self._look, self.hosts)
        if set(found.values()) != {"served"}:
            self._last_bad = SYSTEM.now()
        return found

    @property
    def unserved(self) -> str:
        """How long it was from the count's begin until the last look that some website did not answer."""
        return f"{self._last_bad - self._began:.1f} s" if self._last_bad is not None else "not once"

    def _look(self, host: str) -> str:
        answer = visit(self.internet, host, self.roots, timeout=3.0)
        return "served" if serves(answer) else str(answer)


def visit(
    vantage: Vantage, host: str, roots: Path | None, *, timeout: float = 10.0
) -> Response | NetworkFailure:
    """Ask for a website over HTTPS, as a browser that trusts these roots (None: the machine's own)."""
    return http.get(vantage, f"https://{host}/", verify=roots or True, timeout=timeout)


def visit_at(vantage: Vantage, address: str, host: str) -> Response | NetworkFailure:
    """Ask for a host over plain HTTP at one address, whatever its name's address is."""
    return http.get(Pinned(vantage, address), f"http://{host}/", timeout=5.0)


def serves(answer: Response | NetworkFailure) -> bool:
    """Tell whether a website answers for itself: also "not here", or "sign in first"."""
    return isinstance(answer, Response) and answer.status < SERVER_ERRORS


def greeted(answer: Response | NetworkFailure) -> Greeting | NetworkFailure:
    """Return who says its name in an answer; whatever else it is, as a value."""
    return parse_greeting(answer.status, answer.body) if isinstance(answer, Response) else answer


def addresses(vantage: Vantage, server: str, host: str) -> Answer | NetworkFailure:
    """Ask one name server, which is to know by itself, for the addresses of a host."""
    return dns.query(vantage, server, host, "A", recurse=False)


def given_address(answer: Answer | NetworkFailure, address: str) -> bool:
    """Tell whether an answer is this one address, and no other."""
    return isinstance(answer, Answer) and answer.data("A") == (address,)


@given("the websites of the cluster", target_fixture="websites")
def websites_of_the_cluster(api: Api, seen: Seen) -> Websites:
    found = seen("the Ingresses of the cluster", ingresses.ingresses(api, selector=NOT_OURS))
    assert Websites(found).hosts_with_tls, "no Ingress has a host with a certificate: nothing is published"
    return Websites(found)
