"""Public websites survive the loss of the node behind the ingress VIP."""

from __future__ import annotations

from pytest_bdd import given, parsers, scenarios, then, when

from probes import http, kubernetes
from probes.http import Response
from probes.kubernetes import Api, Service
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from probes.waiting import Patience
from steps.vocabulary.power import switch
from steps.vocabulary.seen import Seen
from steps.wiring import Inventory, Power, Wait

scenarios("planned/vps_proxy.feature")

SERVER_ERRORS = 500


@given("from the public internet the identity provider's website answers", target_fixture="website")
def website_answers(internet: Vantage, inventory: Inventory, seen: Seen) -> str:
    website = f"https://{inventory.services['authentik'].host}/"
    assert _serves(seen(website, http.get(internet, website), internet)), f"{website} does not answer"
    return website


def _serves(answer: Response | NetworkFailure) -> bool:
    return isinstance(answer, Response) and answer.status < SERVER_ERRORS


@when("the node that announces the ingress VIP is powered off")
def announcer_of_ingress_off(power: Power, api: Api, inventory: Inventory) -> None:
    announcer = kubernetes.l2_announcer(api, _ingress(api, inventory))
    switch(power, tuple(node for node in inventory.nodes if node.name == announcer), "off")


def _ingress(api: Api, inventory: Inventory) -> Service:
    """Return the service that has the ingress VIP."""
    vip = str(inventory.vips.ingress)
    return next(one for one in kubernetes.services(api) if vip in one.external_addresses)


@then(parsers.parse("within {seconds:d} seconds that website answers again, from the public internet"))
def website_answers_again(eventually: Wait, internet: Vantage, website: str, seconds: int) -> None:
    eventually(
        lambda: http.get(internet, website, timeout=5.0),
        _serves,
        expected=f"{website} answers",
        patience=Patience(within=seconds, every=1.0, hold=3.0),
        vantage=internet.name,
    )
