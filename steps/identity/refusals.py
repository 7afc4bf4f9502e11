"""The identity provider lets nobody into an application who may not come in."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from probes.oidc import codes
from probes.oidc.signin import CREDENTIALS, DISABLED, FORBIDDEN, Denied
from steps.vocabulary.people import Person
from steps.vocabulary.relying_parties import Attempt, GetParty, SignIn
from steps.wiring import Inventory

scenarios("identity/refusals.feature")

REASONS = {
    "his name or password is wrong": CREDENTIALS,
    "he is not one of those who may sign in": FORBIDDEN,
    "his account is disabled": DISABLED,
}


@when(parsers.parse("he begins to sign in at {name:w} and gives a wrong password"), target_fixture="attempt")
def gives_a_wrong_password(sign_in: SignIn, relying_party: GetParty, name: str, person: Person) -> Attempt:
    return sign_in(relying_party(name), person, wrongly=True)


@when(parsers.parse("he begins to sign in at {name:w} and gives his password"), target_fixture="attempt")
def gives_his_password(sign_in: SignIn, relying_party: GetParty, name: str, person: Person) -> Attempt:
    return sign_in(relying_party(name), person)


@then(parsers.parse("the provider refuses him, because {reason}"))
def provider_refuses(attempt: Attempt, inventory: Inventory, reason: str) -> None:
    why = codes.TOLD_AS.get((inventory.identity.kind, REASONS[reason]), REASONS[reason])
    assert isinstance(attempt.ended, Denied), f"he is not refused: {attempt.ended}"
    assert attempt.ended.why == why, f"he is refused for something else: {attempt.ended}"
