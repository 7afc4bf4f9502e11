"""A client of Matrix signs people in by the identity provider."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_bdd import scenarios, then, when

from inventory import Planned
from probes.oidc.walk import Page
from probes.outcomes import NetworkFailure
from probes.relying_parties import matrix
from probes.relying_parties.model import Refusal, SignedIn
from steps.vocabulary.people import Person
from steps.vocabulary.relying_parties import GetParty, Party, SignIn
from steps.vocabulary.seen import Seen

scenarios("identity/matrix_client.feature")

MATRIX = "Matrix"


@dataclass(frozen=True, slots=True)
class Client:
    """A client of somebody's. came: the login token that it was given, or what came instead."""

    party: Party
    came: str | Refusal | NetworkFailure

    @property
    def token(self) -> str:
        """The login token; it is not shown."""
        assert isinstance(self.came, str), f"the client has no login token: {self.came}"
        return self.came

    def exchanges(self) -> SignedIn | Refusal | NetworkFailure:
        """Exchange the token for a session."""
        return matrix.change(self.party.visitor(), self.party.host, self.token)


@when("a client asks Matrix how people can sign in", target_fixture="offered")
def client_asks(relying_party: GetParty, seen: Seen) -> tuple[str, ...] | Page | NetworkFailure:
    party = relying_party(MATRIX)
    offered = matrix.offers(party.visitor(), party.host)
    return seen("the providers that Matrix offers", offered, party.internet)


@then("it is offered single sign-on by the provider of the login start")
def provider_is_offered(offered: tuple[str, ...] | Page | NetworkFailure, relying_party: GetParty) -> None:
    wanted = relying_party(MATRIX).planned.login_start.rpartition("/")[2]
    assert isinstance(offered, tuple), f"Matrix does not say: {offered}"
    assert wanted in offered


@when(
    "a client of theirs sends them from Matrix to the provider, and gets them back", target_fixture="client"
)
def client_sends_them(sign_in: SignIn, relying_party: GetParty, person: Person) -> Client:
    attempt = sign_in(relying_party(MATRIX), person)
    return Client(attempt.party, matrix.login_token(attempt.visitor, attempt.callback.url))


@then("it has a login token of theirs")
def has_a_token(client: Client) -> None:
    assert client.token, "the login token is empty"


@then("Matrix exchanges the token for a session of their own, by their name and the domain")
def token_becomes_a_session(client: Client, person: Person, inventory: Planned, seen: Seen) -> None:
    came = seen("whose session it is", client.exchanges(), client.party.internet)
    assert came == SignedIn(f"@{person.username}:{inventory.cluster.domain}")


@then("Matrix refuses the token when it is exchanged again")
def token_is_used_up(client: Client, seen: Seen) -> None:
    came = seen("the token, for the second time", client.exchanges(), client.party.internet)
    assert isinstance(came, Refusal), f"the token is good twice: {came}"
