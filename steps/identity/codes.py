"""A code of the identity provider is good for its own client, once, and not for long."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes.oidc import tokens
from probes.oidc.tokens import RefusedExchange, Tokens
from probes.waiting import SYSTEM, Patience
from steps.vocabulary.people import Person
from steps.vocabulary.provider import AsClient, Exchanged, GetClient, Given
from steps.vocabulary.seen import Seen
from steps.wiring import Wait

scenarios("identity/codes.feature")

INVALID_GRANT = "invalid_grant"
WITH = {"another verifier": "another", "no verifier": "none", "its own verifier": "own"}


@when(
    parsers.parse("codes of theirs for {name:w} are handed in that were asked for with an S256 challenge"),
    target_fixture="challenged",
)
def codes_with_a_challenge(
    as_client: GetClient, name: str, person: Person, seen: Seen
) -> Mapping[str, Exchanged]:
    client = as_client(name)
    return seen("each code", {how: _handed_in(client, person, how) for how in WITH}, client.internet)


def _handed_in(client: AsClient, person: Person, how: str) -> Exchanged:
    own = tokens.new_verifier()
    used = {"another": tokens.new_verifier(), "none": None, "own": own}[WITH[how]]
    return client.exchange(client.code(person, own), used)


@then(parsers.parse("one that is handed in with {how} is refused as an invalid grant"))
def challenged_is_refused(challenged: Mapping[str, Exchanged], how: str) -> None:
    assert _error(challenged[how]) == INVALID_GRANT, str(challenged[how])


@then(parsers.parse("one that is handed in with {how} is exchanged"))
def challenged_is_exchanged(challenged: Mapping[str, Exchanged], how: str) -> None:
    assert isinstance(challenged[how], Tokens), str(challenged[how])


def _error(came: Exchanged) -> str:
    return came.error if isinstance(came, RefusedExchange) else ""


@when(parsers.parse("they sign in for {name:w}, and their code is handed in twice"), target_fixture="twice")
def code_is_handed_in_twice(
    as_client: GetClient, name: str, person: Person, seen: Seen
) -> Mapping[str, Exchanged]:
    client = as_client(name)
    given = client.code(person)
    return seen("the code", {time: client.exchange(given) for time in ("first", "second")}, client.internet)


@then("it is exchanged the first time")
def first_time_is_exchanged(twice: Mapping[str, Exchanged]) -> None:
    assert isinstance(twice["first"], Tokens), str(twice["first"])


@then("it is refused as an invalid grant the second time")
def second_time_is_refused(twice: Mapping[str, Exchanged]) -> None:
    assert _error(twice["second"]) == INVALID_GRANT, str(twice["second"])


@when(
    parsers.parse("they sign in for {name:w}, and their code is kept for longer than the inventory allows"),
    target_fixture="late",
)
def code_is_kept(
    as_client: GetClient, name: str, person: Person, inventory: Planned, eventually: Wait
) -> tuple[AsClient, Given]:
    client = as_client(name)
    given = client.code(person)
    return client, _kept(eventually, given, inventory.identity.code_lifetime)


def _kept(eventually: Wait, given: Given, lifetime: float) -> Given:
    eventually(
        lambda: round(SYSTEM.now() - given.at, 1),
        lambda age: age > lifetime + 1,
        expected=f"the code is older than {lifetime:g} s",
        patience=Patience(within=lifetime + 5, every=1.0),
    )
    return given


@then("it is refused as an invalid grant")
def late_is_refused(late: tuple[AsClient, Given], seen: Seen) -> None:
    client, given = late
    came = seen("the code, too late", client.exchange(given), client.internet)
    assert _error(came) == INVALID_GRANT, str(came)
