"""Whatever is given an Ingress is reached by the public internet, by name and with a trusted certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Acme, Planned
from probes import cert_manager, dns
from probes.dns import Answer
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from probes.waiting import SYSTEM, Patience
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import (
    MakeWebsites,
    Website,
    Websites,
    addresses,
    given_address,
    greeted,
    serves,
    visit,
    websites_of_the_cluster,
)
from steps.wiring import Scratch, Wait

scenarios("networking/public_path.feature")

WRITTEN = 60.0
"""So many seconds at most until a new name is at the primary: what the feature promises."""
AT_PRIMARY, AT_VPS = "the name is at the primary", "the name is at the VPS"
ISSUED, ANSWERED = "the certificate is issued", "the visitor is answered"
SECRET = "new-tls"  # noqa: S105 - the name of one
GONE = "NXDOMAIN"


@dataclass(frozen=True, slots=True)
class Journey:
    """A website on its way to the public. passed: after how many seconds each hop was, in their order."""

    website: Website
    began: float = field(default_factory=SYSTEM.now)
    passed: dict[str, float] = field(default_factory=dict[str, float])

    def passes(self, hop: str) -> None:
        """Put down that a hop is passed now."""
        self.passed[hop] = round(SYSTEM.now() - self.began, 1)

    def __str__(self) -> str:
        """Read as a line: each hop with the seconds since the Ingress was created, and those of its own."""
        times = [0.0, *self.passed.values()]
        own = zip(self.passed.items(), times, strict=False)
        return "; ".join(f"{hop}: after {at:g} s (+{at - before:.1f} s)" for (hop, at), before in own)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two websites of our own, and what all names but the first one's had at both servers, by (server, name)."""

    first: Website
    second: Website
    before: Mapping[tuple[str, str], tuple[str, ...]]


def _primary(inventory: Planned) -> str:
    return str(inventory.vips.dns)


def _vps(inventory: Planned) -> str:
    return str(inventory.vantages["vps"].address)


@when("a website of the scenario's own is created", target_fixture="journey")
def website_is_created(make_website: MakeWebsites) -> Journey:
    return Journey(make_website("new", secret=SECRET, asks=True))


@then(parsers.parse("within {seconds:d} seconds the primary gives its name the address of the VPS"))
def name_is_at_primary(
    eventually: Wait, workstation: Vantage, inventory: Planned, journey: Journey, seconds: int
) -> None:
    eventually(
        lambda: addresses(workstation, _primary(inventory), journey.website.host),
        lambda answer: given_address(answer, _vps(inventory)),
        expected=f"{journey.website.host} has the address of the VPS at the primary",
        patience=Patience(within=seconds, every=0.5),
        vantage=workstation.name,
    )
    journey.passes(AT_PRIMARY)


@then("within the zone's refresh interval the VPS gives its name the same address")
def name_is_at_vps(
    eventually: Wait, internet: Vantage, inventory: Planned, journey: Journey, within_refresh: Patience
) -> None:
    eventually(
        lambda: addresses(internet, _vps(inventory), journey.website.host),
        lambda answer: given_address(answer, _vps(inventory)),
        expected=f"{journey.website.host} has the address of the VPS at the VPS",
        patience=within_refresh,
        vantage=internet.name,
    )
    journey.passes(AT_VPS)


@then("its certificate is issued")
def certificate_is_issued(eventually: Wait, api: Api, journey: Journey) -> None:
    eventually(
        lambda: (*cert_manager.wanted(api, journey.website.namespace), *_stuck(api, journey)),
        lambda found: any(isinstance(one, cert_manager.Wanted) and one.ready for one in found),
        expected=f"the certificate of {journey.website.host} is issued",
        patience="certificate_issued",
    )
    journey.passes(ISSUED)


def _stuck(api: Api, journey: Journey) -> tuple[cert_manager.Underway, ...]:
    """Return how far it has got: the requests, orders and challenges of the website."""
    return cert_manager.underway(api, journey.website.namespace)


@then("from the public internet it answers over HTTPS, with a chain of the environment's authority")
def visitor_is_answered(eventually: Wait, internet: Vantage, journey: Journey, acme: Acme) -> None:
    eventually(
        lambda: greeted(visit(internet, journey.website.host, acme.chosen.roots)),
        journey.website.served_by,
        expected=f"https://{journey.website.host} answers, by a chain that is trusted",
        patience="website_answers",
        vantage=internet.name,
    )
    journey.passes(ANSWERED)


@then("the seconds of each hop are on record:")
def hops_are_on_record(journey: Journey, seen: Seen, internet: Vantage, datatable: list[list[str]]) -> None:
    seen("the way of a new website to the public", journey, internet)
    assert list(journey.passed) == [row[0] for row in datatable]


@given("two websites of the scenario's own, whose names are at the VPS", target_fixture="neighbours")
def two_websites(
    make_website: MakeWebsites,
    eventually: Wait,
    workstation: Vantage,
    internet: Vantage,
    inventory: Planned,
    api: Api,
    seen: Seen,
    within_refresh: Patience,
) -> Neighbours:
    first, second = make_website("first"), make_website("second")
    _await_both(eventually, internet, inventory, (first, second), within_refresh)
    return Neighbours(
        first, second, _known(workstation, internet, inventory, (second.host, *_others(api, seen)))
    )


def _others(api: Api, seen: Seen) -> tuple[str, ...]:
    return websites_of_the_cluster(api, seen).hosts


def _await_both(
    eventually: Wait, internet: Vantage, inventory: Planned, sites: tuple[Website, ...], refresh: Patience
) -> None:
    """Wait until the names of these websites are at the VPS, to which they come by way of the primary."""
    eventually(
        lambda: {one.host: addresses(internet, _vps(inventory), one.host) for one in sites},
        lambda found: all(given_address(answer, _vps(inventory)) for answer in found.values()),
        expected="the names of both websites are at the VPS",
        patience=Patience(within=WRITTEN + refresh.within, every=refresh.every),
        vantage=internet.name,
    )


def _known(
    workstation: Vantage, internet: Vantage, inventory: Planned, names: tuple[str, ...]
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return what addresses and texts these names have at the primary and at the VPS."""
    places = ((workstation, _primary(inventory)), (internet, _vps(inventory)))
    return {
        (server, f"{name} {kind}"): _data(dns.query(vantage, server, name, kind, recurse=False), kind)
        for vantage, server in places
        for name in names
        for kind in ("A", "TXT")
    }


def _data(answer: Answer | NetworkFailure, kind: str) -> tuple[str, ...]:
    return answer.data(kind) if isinstance(answer, Answer) else (str(answer),)


@when("the first of them is removed")
def first_is_removed(scratch: Scratch, neighbours: Neighbours) -> None:
    scratch.delete("Ingress", neighbours.first.name)


@then(parsers.parse("within {seconds:d} seconds the primary knows nothing of its name"))
def name_is_gone_at_primary(
    eventually: Wait, workstation: Vantage, inventory: Planned, neighbours: Neighbours, seconds: int
) -> None:
    eventually(
        lambda: addresses(workstation, _primary(inventory), neighbours.first.host),
        _gone,
        expected=f"the primary does not know {neighbours.first.host}",
        patience=Patience(within=seconds, every=0.5),
        vantage=workstation.name,
    )


def _gone(answer: Answer | NetworkFailure) -> bool:
    return isinstance(answer, Answer) and answer.rcode == GONE


@then("within the zone's refresh interval the VPS knows nothing of its name either")
def name_is_gone_at_vps(
    eventually: Wait,
    internet: Vantage,
    inventory: Planned,
    neighbours: Neighbours,
    within_refresh: Patience,
) -> None:
    eventually(
        lambda: addresses(internet, _vps(inventory), neighbours.first.host),
        _gone,
        expected=f"the VPS does not know {neighbours.first.host}",
        patience=within_refresh,
        vantage=internet.name,
    )


@then("all other names are at both as they were before")
def neighbours_are_untouched(
    workstation: Vantage, internet: Vantage, inventory: Planned, neighbours: Neighbours, seen: Seen
) -> None:
    names = tuple(dict.fromkeys(name.partition(" ")[0] for _server, name in neighbours.before))
    now = seen("all other names", _known(workstation, internet, inventory, names))
    assert now == neighbours.before


@then("from the public internet each of them answers over HTTPS, with a chain of the environment's authority")
def websites_answer(internet: Vantage, websites: Websites, acme: Acme, seen: Seen) -> None:
    answers = {host: visit(internet, host, acme.chosen.roots) for host in websites.hosts_with_tls}
    seen("the websites", answers, internet)
    assert {host: str(answer) for host, answer in answers.items() if not serves(answer)} == {}


@then("the public resolver gives each of their names the address of the VPS, and no other")
def names_lead_to_the_vps(internet: Vantage, inventory: Planned, websites: Websites, seen: Seen) -> None:
    resolved = {
        host: _data(dns.query(internet, _resolver(inventory), host, "A"), "A") for host in websites.hosts
    }
    seen("the addresses of their names", resolved, internet)
    assert resolved == {host: (_vps(inventory),) for host in websites.hosts}


def _resolver(inventory: Planned) -> str:
    assert inventory.node.resolvers, "the inventory names no resolver"
    return str(inventory.node.resolvers[0])
