"""Public websites survive the loss of the node behind the ingress VIP."""

from __future__ import annotations

from pytest_bdd import given, parsers, scenarios, then, when

from probes import http, kubernetes
from probes.http import Response
from probes.kubernetes import Api
from probes.vantage import Vantage
from probes.waiting import Patience
from steps.vocabulary.power import switch
from steps.wiring import Inventory, Observed, Power, Wait

scenarios("planned/vps_proxy.feature")

SERVER_ERRORS = 500


@given("from the public internet the identity provider's website answers", target_fixture="website")
def website_answers(internet: Vantage, inventory: Inventory, observed: Observed) -> str:
    website = f"https://{inventory.services['authentik'].host}/"
    answer = http.get(internet, website)
    observed(website, answer, internet)
    assert isinstance(answer, Response), f"{website}: {answer}"
    assert answer.status < SERVER_ERRORS, answer
    return website


@when("the node that announces the ingress VIP is powered off")
def announcer_of_ingress_off(power: Power, api: Api, inventory: Inventory) -> None:
    vip = str(inventory.vips.ingress)
    (service,) = (one for one in kubernetes.services(api) if vip in one.external_addresses)
    announcer = kubernetes.l2_announcer(api, service)
    switch(power, tuple(node for node in inventory.nodes if node.name == announcer), "off")


@then(parsers.parse("within {seconds:d} seconds that website answers again, from the public internet"))
def website_answers_again(eventually: Wait, internet: Vantage, website: str, seconds: int) -> None:
    eventually(
        lambda: http.get(internet, website, timeout=5.0),
        lambda answer: isinstance(answer, Response) and answer.status < SERVER_ERRORS,
        expected=f"{website} answers",
        patience=Patience(within=seconds, every=1.0, hold=3.0),
        vantage=internet.name,
    )
