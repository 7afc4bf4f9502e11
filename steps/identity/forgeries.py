"""Nobody gets into an application with what was meant for somebody else, or for another time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Identity, Planned
from probes.oidc import codes
from probes.oidc.signin import REDIRECT_URI, Callback, Denied, LoginPage
from probes.oidc.tokens import RefusedExchange
from probes.outcomes import NetworkFailure
from probes.relying_parties.model import AUDIENCE, CODE, STATE, Refusal, SignedIn, Start
from probes.waiting import SYSTEM, Patience
from steps.vocabulary.people import Person
from steps.vocabulary.provider import Exchanged, GetClient
from steps.vocabulary.relying_parties import Attempt, GetParty, Party, SignIn
from steps.vocabulary.seen import Seen
from steps.wiring import SayUnsupported, Wait

scenarios("identity/forgeries.feature")

UNKNOWN_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
"""RFC 6749, section 5.2, has the first for a client that cannot prove itself; Keycloak says the second."""
UNAUTHORIZED = frozenset({400, 401, 403})
WHY = {"the state": STATE, "the code": CODE, "the audience": AUDIENCE}
NOT_THE_STATE = "not-what-was-sent"
ALTERATIONS: Mapping[str, Callable[[str], str]] = {
    "another host": lambda uri: uri.replace(_host(uri), f"not-{_host(uri)}", 1),
    "another path": lambda uri: f"https://{_host(uri)}/",
    "without TLS": lambda uri: uri.replace("https:", "http:", 1),
    "a longer path": lambda uri: f"{uri}/more",
}


def _host(uri: str) -> str:
    return urlsplit(uri).netloc


@when(
    parsers.parse("they sign in at {name:w}, and a stranger hands in their code with another secret"),
    target_fixture="attempt",
)
def a_stranger_has_the_code(sign_in: SignIn, relying_party: GetParty, name: str, person: Person) -> Attempt:
    return sign_in(relying_party(name), person)


@then("the token endpoint refuses the stranger as an unknown client")
def stranger_is_refused(attempt: Attempt, as_client: GetClient, seen: Seen) -> None:
    came = seen("what the token endpoint says to a stranger", _as_stranger(attempt, as_client))
    assert isinstance(came, RefusedExchange), f"a stranger got tokens, or no answer: {came}"
    assert (came.error in UNKNOWN_CLIENT, came.status in UNAUTHORIZED) == (True, True), str(came)


def _as_stranger(attempt: Attempt, as_client: GetClient) -> Exchanged:
    stranger = as_client.stranger(attempt.party.name)
    return stranger.exchange_as(stranger.client, attempt.callback)


@then(parsers.parse("the same code still signs them in at {name:w}"))
def code_is_good(attempt: Attempt, person: Person, name: str, seen: Seen) -> None:
    came = seen(f"what {name} says to them", attempt.returns(), attempt.party.internet)
    assert isinstance(came, SignedIn), f"their code does not sign them in: {came}"
    assert attempt.party.knows_as(came.name, person), f"they are not themselves there: {came}"


@dataclass(frozen=True, slots=True)
class Altered:
    """Logins whose redirect URI was altered, and what came of each, by the alteration."""

    answers: Mapping[str, LoginPage | Callback | Denied | NetworkFailure]


@when(
    parsers.parse("the redirect URI of a login at {name:w} is altered in each of these ways:"),
    target_fixture="altered",
)
def redirect_uri_is_altered(
    relying_party: GetParty, inventory: Planned, name: str, datatable: list[list[str]], seen: Seen
) -> Altered:
    party = relying_party(name)
    answers = {way: _arrive_altered(party, inventory.identity, ALTERATIONS[way]) for (way,) in datatable}
    return Altered(seen("what the provider answers", answers, party.internet))


def _arrive_altered(
    party: Party, identity: Identity, alter: Callable[[str], str]
) -> LoginPage | Callback | Denied | NetworkFailure:
    visitor = party.visitor()
    start = party.begin(visitor)
    assert isinstance(start, Start), f"a login at {party.name} leads to no provider: {start}"
    altered = codes.altered(start.location, redirect_uri=alter(start.redirect_uri))
    return codes.arrive(visitor, identity.kind, altered)


@then("the provider refuses each, because of the redirect URI, and sends nobody there")
def altered_is_refused(altered: Altered) -> None:
    wrong = {
        way: str(answer)
        for way, answer in altered.answers.items()
        if not isinstance(answer, Denied) or answer.why != REDIRECT_URI
    }
    assert wrong == {}


@when(
    parsers.parse("they sign in at {name:w}, and come back with an altered state"),
    target_fixture="attempt",
)
def comes_back_with_another_state(
    sign_in: SignIn, relying_party: GetParty, name: str, person: Person
) -> Attempt:
    return sign_in(relying_party(name), person).forged(state=NOT_THE_STATE)


@when(parsers.parse("they sign in at {name:w}, and come back with an expired code"), target_fixture="attempt")
def comes_back_late(
    sign_in: SignIn,
    relying_party: GetParty,
    name: str,
    person: Person,
    inventory: Planned,
    eventually: Wait,
) -> Attempt:
    attempt = sign_in(relying_party(name), person)
    _let_expire(eventually, attempt.at, inventory.identity.code_lifetime)
    return attempt.forged()


def _let_expire(eventually: Wait, since: float, lifetime: float) -> None:
    eventually(
        lambda: round(SYSTEM.now() - since, 1),
        lambda age: age > lifetime + 1,
        expected=f"the code is older than {lifetime:g} s",
        patience=Patience(within=lifetime + 5, every=1.0),
    )


@when(
    parsers.parse("they sign in at {name:w}, and come back with a code of another client"),
    target_fixture="attempt",
)
def comes_back_with_another_code(
    sign_in: SignIn, relying_party: GetParty, name: str, person: Person
) -> Attempt:
    own = sign_in(relying_party(name), person)
    other = sign_in(relying_party.another(name), person)
    return own.forged(code=other.callback.code)


@then(parsers.parse("{name:w} refuses them, and speaks of {what}"))
def party_refuses(attempt: Attempt, name: str, what: str, seen: Seen) -> None:
    came = seen(f"what {name} says to them", attempt.outcome, attempt.party.internet)
    assert isinstance(came, Refusal), f"{name} does not refuse them: {came}"
    assert (came.session, came.why) == ("", WHY[what]), f"{name} {came}"


@given("a scope by which the provider signs for another audience", target_fixture="scope")
def scope_of_another(inventory: Planned, unsupported: SayUnsupported) -> str:
    return inventory.identity.foreign_audience or unsupported("[identity] has no foreign_audience")


@when(
    parsers.parse("they sign in at {name:w}, and their browser asks for that scope too"),
    target_fixture="attempt",
)
def comes_back_for_another(
    sign_in: SignIn, relying_party: GetParty, name: str, person: Person, scope: str
) -> Attempt:
    return sign_in(relying_party(name), person, besides=scope).forged()


@then(parsers.parse("without that scope they are signed in at {name:w}"))
def token_is_good(sign_in: SignIn, attempt: Attempt, person: Person, name: str, seen: Seen) -> None:
    came = seen(f"what {name} says to them", sign_in(attempt.party, person).returns(), attempt.party.internet)
    assert isinstance(came, SignedIn), f"a token for {name} itself does not sign them in: {came}"
    assert attempt.party.knows_as(came.name, person), f"they are not themselves there: {came}"
