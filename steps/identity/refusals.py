"""The identity provider lets nobody into an application who may not come in."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes.oidc import codes
from probes.oidc.signin import CREDENTIALS, DISABLED, FORBIDDEN, Denied
from steps.vocabulary.people import Person
from steps.vocabulary.relying_parties import Attempt, GetParty, SignIn

scenarios("identity/refusals.feature")

REASONS = {
    "their name or password is wrong": CREDENTIALS,
    "they are not among those who may sign in": FORBIDDEN,
    "their account is disabled": DISABLED,
}


@when(parsers.parse("they begin to sign in at {name:w} and give a wrong password"), target_fixture="attempt")
def gives_a_wrong_password(sign_in: SignIn, relying_party: GetParty, name: str, person: Person) -> Attempt:
    return sign_in(relying_party(name), person, wrongly=True)


@when(parsers.parse("they begin to sign in at {name:w} and give their password"), target_fixture="attempt")
def gives_the_password(sign_in: SignIn, relying_party: GetParty, name: str, person: Person) -> Attempt:
    return sign_in(relying_party(name), person)


@then(parsers.parse("the provider refuses them, because {reason}"))
def provider_refuses(attempt: Attempt, inventory: Planned, reason: str) -> None:
    why = codes.TOLD_AS.get((inventory.identity.kind, REASONS[reason]), REASONS[reason])
    assert isinstance(attempt.ended, Denied), f"they are not refused: {attempt.ended}"
    assert attempt.ended.why == why, f"they are refused for something else: {attempt.ended}"
