"""Public websites survive the loss of what stands between the visitor and them."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Acme, Node, Planned
from probes.kubernetes import Api
from probes.vantage import Vantage
from probes.waiting import Patience
from steps.vocabulary.change import Breaking
from steps.vocabulary.ingress import controller_pods, ingress_service, spread_as_planned
from steps.vocabulary.load_balancers import announcer
from steps.vocabulary.power import switch
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import Visitor, websites_of_the_cluster
from steps.wiring import KillPod, Power, Wait

scenarios("networking/vps_proxy_resilience.feature")

HOLD = 5.0
"""Whoever is served again must stay so for so many seconds: every second connection may go to whatever was lost."""
ROUTE = "advertised_route_missing"
"""The fault of the catalogue that takes the tailnet's route from the VPS."""


@given("every website of the cluster answers a visitor from the public internet", target_fixture="visitor")
def visitor_is_served(internet: Vantage, api: Api, acme: Acme, seen: Seen, eventually: Wait) -> Visitor:
    visitor = Visitor(internet, websites_of_the_cluster(api, seen).hosts_with_tls, acme.chosen.roots)
    eventually(
        visitor.looks,
        _all_served,
        expected="every website answers",
        patience="website_answers",
        vantage=internet.name,
    )
    return visitor


def _all_served(found: Mapping[str, str]) -> bool:
    return set(found.values()) == {"served"}


@when("one pod of the ingress controller is killed")
def kill_one(kill_pod: KillPod, api: Api, inventory: Planned, visitor: Visitor) -> None:
    pod = next(one for one in controller_pods(api, inventory) if one.ready and not one.terminating)
    kill_pod(pod.namespace, pod.name)
    visitor.starts_counting()


@then(parsers.parse("within {seconds:d} seconds every website answers the visitor again"))
def visitor_is_served_again(eventually: Wait, visitor: Visitor, seen: Seen, seconds: int) -> None:
    eventually(
        visitor.looks,
        _all_served,
        expected="every website answers again",
        patience=Patience(within=seconds, every=0.5, hold=HOLD),
        vantage=visitor.internet.name,
    )
    seen("how long the visitor was not served", visitor.unserved, visitor.internet)


@then("the ingress controller has its pods again, each on another node")
def pods_are_back(eventually: Wait, api: Api, inventory: Planned) -> None:
    eventually(
        lambda: controller_pods(api, inventory),
        lambda pods: spread_as_planned(pods, inventory),
        expected=f"{inventory.ingress.replicas} ready pods of the ingress controller, each on another node",
        patience="workload",
    )


@when("the node that announces the ingress VIP is powered off", target_fixture="switched")
def announcer_off(
    power: Power, api: Api, inventory: Planned, eventually: Wait, visitor: Visitor
) -> tuple[Node, ...]:
    switched = switch(power, (announcer(api, inventory, eventually, ingress_service(api, inventory)),), "off")
    visitor.starts_counting()
    return switched


@then("another node announces the ingress VIP")
def another_announces(eventually: Wait, api: Api, inventory: Planned, switched: tuple[Node, ...]) -> None:
    moved = announcer(api, inventory, eventually, ingress_service(api, inventory), other_than=switched)
    assert moved not in switched


@when("the node is powered on again")
def announcer_on(power: Power, switched: tuple[Node, ...]) -> None:
    switch(power, switched, "on")


@when("the VPS loses the tailnet's route to the cluster")
def route_is_lost(breaking: Breaking, visitor: Visitor) -> None:
    breaking.break_(ROUTE)
    visitor.starts_counting()


@then("no website answers the visitor")
def visitor_is_not_served(eventually: Wait, visitor: Visitor) -> None:
    eventually(
        visitor.looks,
        lambda found: "served" not in found.values(),
        expected="no website answers",
        patience="website_answers",
        vantage=visitor.internet.name,
    )


@when("the VPS has the tailnet's route to the cluster again")
def route_is_back(breaking: Breaking, visitor: Visitor) -> None:
    breaking.mend()
    visitor.starts_counting()
