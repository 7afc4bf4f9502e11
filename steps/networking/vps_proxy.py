"""The VPS passes TLS on to the cluster unopened, and only what is the cluster's."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Acme, Planned
from probes import tls
from probes.greeting import Greeting
from probes.outcomes import NetworkFailure, Reset, TlsFailed, Truncated
from probes.tls import Handshake
from probes.vantage import Vantage
from steps.vocabulary.certificates import PORT, Shown, shown_at
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import MakeWebsites, Website, Websites, greeted, visit_at
from steps.wiring import Wait

scenarios("networking/vps_proxy.feature")

_NOBODY = "nobody.example"
Chains = dict[str, "tuple[str, ...] | str"]
"""SHA-256 of every certificate that a host shows, its own first; or what came instead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came back at the VPS for a name (None: for none), and at the ingress VIP for the same."""

    name: str | None
    at_the_vps: Handshake | NetworkFailure
    at_the_ingress: Handshake | NetworkFailure

    def __str__(self) -> str:
        """Read as a line."""
        return f"{self.name}: the VPS shows {self.at_the_vps}; the ingress VIP shows {self.at_the_ingress}"


def _vps(inventory: Planned) -> str:
    return str(inventory.vantages["vps"].address)


def _chains(shown: Shown) -> Chains:
    return {host: one.fingerprints if isinstance(one, Handshake) else str(one) for host, one in shown.items()}


@then("from the public internet each of them shows at the VPS the chain that it shows at the ingress VIP")
def chains_are_the_same(
    internet: Vantage,
    workstation: Vantage,
    inventory: Planned,
    websites: Websites,
    acme: Acme,
    seen: Seen,
) -> None:
    hosts, roots = websites.hosts_with_tls, acme.chosen.roots
    at_home = seen(
        "at the ingress VIP", _chains(shown_at(workstation, str(inventory.vips.ingress), hosts, roots))
    )
    assert seen("at the VPS", _chains(shown_at(internet, _vps(inventory), hosts, roots)), internet) == at_home


@when(parsers.parse("the VPS is asked from the public internet for {whom}"), target_fixture="asked")
def ask_the_vps(internet: Vantage, workstation: Vantage, inventory: Planned, seen: Seen, whom: str) -> Asked:
    names = {"no name at all": None, "a name that nobody has": _NOBODY}
    name = names[whom] if whom in names else inventory.vps.own_sites[0]
    return seen(whom, _ask(internet, workstation, inventory, name), internet)


def _ask(internet: Vantage, workstation: Vantage, inventory: Planned, name: str | None) -> Asked:
    return Asked(
        name,
        tls.handshake(internet, _vps(inventory), PORT, name),
        tls.handshake(workstation, str(inventory.vips.ingress), PORT, name),
    )


def _alike(asked: Asked) -> bool:
    """Tell whether the VPS shows what the cluster does: the same, or what another replica made for strangers."""
    vps, ingress = asked.at_the_vps, asked.at_the_ingress
    if not isinstance(vps, Handshake) or not isinstance(ingress, Handshake):
        return False
    made_alike = vps.issuer == ingress.issuer and not (asked.name and vps.covers(asked.name))
    return made_alike or vps.fingerprints == ingress.fingerprints


@then("it shows nothing that the cluster shows")
def nothing_of_the_cluster(asked: Asked) -> None:
    # To be turned away is an answer; not to be reached is none.
    assert isinstance(asked.at_the_vps, Handshake | TlsFailed | Reset | Truncated), str(asked)
    assert isinstance(asked.at_the_ingress, Handshake), str(asked)
    assert not _alike(asked), str(asked)


@then("from the public internet each site of the VPS' own shows a certificate that names it")
def own_sites_are_served(internet: Vantage, inventory: Planned, seen: Seen) -> None:
    shown = shown_at(internet, _vps(inventory), inventory.vps.own_sites, None)
    assert seen("the sites of the VPS' own", shown, internet), "the inventory names no site of the VPS' own"
    assert {host: str(one) for host, one in shown.items() if not _names(one, host)} == {}


@then("at the ingress VIP none of them is known")
def own_sites_are_not_the_clusters(workstation: Vantage, inventory: Planned, seen: Seen) -> None:
    shown = shown_at(workstation, str(inventory.vips.ingress), inventory.vps.own_sites, None)
    seen("the sites of the VPS' own, at the ingress VIP", shown, workstation)
    assert {host: str(one) for host, one in shown.items() if _names(one, host)} == {}


def _names(one: Handshake | NetworkFailure, host: str) -> bool:
    return isinstance(one, Handshake) and one.covers(host)


@given("a website of the scenario's own, which answers at the ingress VIP", target_fixture="website")
def website_at_the_ingress(
    make_website: MakeWebsites, eventually: Wait, workstation: Vantage, inventory: Planned
) -> Website:
    site = make_website("plain")
    eventually(
        lambda: greeted(visit_at(workstation, str(inventory.vips.ingress), site.host)),
        site.served_by,
        expected=f"http://{site.host} answers at the ingress VIP",
        patience="website_answers",
        vantage=workstation.name,
    )
    return site


@when("it is asked over plain HTTP at the VPS, from the public internet", target_fixture="answer")
def ask_over_plain_http(
    internet: Vantage, inventory: Planned, website: Website, seen: Seen
) -> Greeting | NetworkFailure:
    return seen("what comes back", greeted(visit_at(internet, _vps(inventory), website.host)), internet)


@then("what comes back is not of the cluster")
def answer_is_not_of_the_cluster(answer: Greeting | NetworkFailure, website: Website) -> None:
    assert not website.served_by(answer), str(answer)
