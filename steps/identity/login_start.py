"""A login at any relying party begins at the public identity provider, as exactly its own client."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes.oidc import codes
from probes.oidc.signin import LoginPage
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure
from probes.relying_parties.model import Start
from steps.vocabulary.relying_parties import GetParty, Party
from steps.vocabulary.seen import Seen

scenarios("identity/login_start.feature")

INTERNAL = (".svc", ".local", ".internal", ".localhost")


@dataclass(frozen=True, slots=True)
class Begun:
    """A login that was begun. led: to where."""

    party: Party
    visitor: Walker
    led: Start | Page | NetworkFailure

    @property
    def start(self) -> Start:
        """The authorization request that it led to."""
        assert isinstance(self.led, Start), f"a login at {self.party.name} leads to no provider: {self.led}"
        return self.led


def _begin(party: Party, seen: Seen) -> Begun:
    visitor = party.visitor()
    return Begun(
        party,
        visitor,
        seen(f"where a login at {party.name} leads", party.begin(visitor), party.internet),
    )


@when(
    parsers.parse("a visitor from the public internet begins to sign in at {name:w}"), target_fixture="begun"
)
def visitor_begins(relying_party: GetParty, name: str, seen: Seen) -> Begun:
    return _begin(relying_party(name), seen)


@then("they are sent to the host of the issuer, by its public name")
def sent_to_the_issuer(begun: Begun, inventory: Planned) -> None:
    issuer = inventory.identity.issuer_of(begun.party.planned.client_id)
    assert (begun.start.host, begun.start.location.partition(":")[0]) == (host_of(issuer), "https")
    assert not _internal(begun.start.host)


def _internal(host: str) -> bool:
    """Tell whether a name is one that only machines of the cluster can know, or no name at all."""
    return "." not in host or host.endswith(INTERNAL) or ".svc." in host or host.replace(".", "").isdigit()


@then(
    "they are sent with the client id, the redirect URI and exactly the scopes of the inventory, for a code"
)
def sent_as_its_client(begun: Begun) -> None:
    planned, start = begun.party.planned, begun.start
    sent = (start.client_id, start.redirect_uri, set(start.scopes), start.response_type)
    assert sent == (planned.client_id, planned.redirect_uri, set(planned.scopes), "code")


@then("the provider shows them its sign-in page")
def provider_asks(begun: Begun, inventory: Planned, seen: Seen) -> None:
    came = codes.arrive(begun.visitor, inventory.identity.kind, begun.start.location)
    seen("what the provider shows", came, begun.party.internet)
    assert isinstance(came, LoginPage), f"the provider does not ask them to sign in: {came}"


@when(parsers.parse("two visitors begin to sign in at {name:w}"), target_fixture="both")
def two_visitors_begin(relying_party: GetParty, name: str, seen: Seen) -> tuple[Begun, Begun]:
    party = relying_party(name)
    return _begin(party, seen), _begin(party, seen)


@then(parsers.parse("each of them has a state of their own, of at least {size:d} characters"))
def states_differ(both: tuple[Begun, Begun], size: int) -> None:
    states = {each.start.state for each in both}
    # Their lengths are compared, so that a failure shows none of them.
    assert (len(states), min(map(len, states)) >= size) == (2, True)
