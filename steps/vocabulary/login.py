"""People in front of a browser on the public internet: to an application, to the identity provider, and back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytest_bdd import given, parsers, then, when

from inventory import Identity, Planned
from probes.browser import login
from probes.browser.applications import APPLICATIONS
from probes.browser.applications.site import Site
from probes.browser.login import Outcome, SignedOut
from probes.browser.outcomes import Landed, Stuck
from probes.browser.providers import PROVIDERS
from probes.browser.session import Visitor
from probes.outcomes import NetworkFailure
from probes.relying_parties.model import Account
from probes.vantage import Vantage
from steps.vocabulary.people import People, Person, Windows
from steps.vocabulary.relying_parties import GetParty, Party
from steps.vocabulary.seen import Seen
from steps.wiring import SayUnsupported


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the scenario's own, and the application that all of it is about."""

    person: Person
    party: Party

    @property
    def name(self) -> str:
        """What they are called there."""
        return self.party.name_of(self.person)

    def account(self, name: str, seen: Seen) -> Account:
        """Return their account there; there must be one."""
        found = seen(f"the account at {name}", self.party.account(self.person), self.party.internet)
        assert found is not None, f"{name} has no account of {self.name}"
        return found


@dataclass(frozen=True, slots=True)
class Session:
    """What became of somebody's way into an application; visitor: the window in which they did it."""

    member: Member
    visitor: Visitor
    outcome: Outcome

    @property
    def rank(self) -> tuple[str, bool] | Outcome:
        """Who the application says that they are, and whether they are an administrator; else what came instead."""
        if isinstance(self.outcome, Landed):
            return self.outcome.username, self.outcome.administrator
        return self.outcome


class Browse:
    """Sits people in front of a browser."""

    def __init__(self, identity: Identity, internet: Vantage, windows: Windows, seen: Seen) -> None:
        self._identity, self._internet, self._windows, self._seen = identity, internet, windows, seen

    def sign_in(self, member: Member) -> Session:
        """Sign somebody in, in a window of their own, which knows nothing of earlier ones."""
        party, person = member.party, member.person
        visitor = self._windows.open(self._internet)
        pages, provider = APPLICATIONS[party.name.lower()], PROVIDERS[self._identity.kind]
        outcome = login.sign_in(
            visitor, pages, provider, site_of(party), person.username, person.password.reveal()
        )
        self._windows.learn()
        what = f"the way of {person.username} into {party.name}"
        return Session(member, visitor, self._seen(what, outcome, self._internet))

    def sign_out(self, session: Session) -> SignedOut | Stuck | NetworkFailure:
        """Sign out of the application and of the provider, in the same window; then try to come back."""
        party, client = session.member.party, session.member.party.planned.client_id
        pages, provider = APPLICATIONS[party.name.lower()], PROVIDERS[self._identity.kind]
        issuer = self._identity.issuer_of(client)
        left = login.sign_out(session.visitor, pages, provider, site_of(party), issuer, client)
        return self._seen(f"how they are out of {party.name}", left, self._internet)


def site_of(party: Party) -> Site:
    """Return where an application is."""
    return Site(party.planned.login_start, party.planned.role or "")


@pytest.fixture
def browse(inventory: Planned, internet: Vantage, windows: Windows, seen: Seen) -> Browse:
    """Sit somebody in front of a browser on the public internet."""
    return Browse(inventory.identity, internet, windows, seen)


class Recruit:
    """Makes somebody in or outside the admin group of an application, whom it has never seen."""

    def __init__(
        self, relying_party: GetParty, people: People, seen: Seen, unsupported: SayUnsupported
    ) -> None:
        self._relying_party, self._people = relying_party, people
        self._seen, self._unsupported = seen, unsupported

    def __call__(self, name: str, *, administrator: bool = False) -> Member:
        """Make them."""
        party = self._relying_party(name)
        person = self._people.make(*((self.group(party),) if administrator else ()))
        before = self._seen(
            f"the account of {person.username} at {name}", party.account(person), party.internet
        )
        assert before is None, f"{name} has an account of somebody who was never there: {before}"
        return Member(person, party)

    def group(self, party: Party) -> str:
        """Return whose members administer the application."""
        if party.planned.admin_group is None:
            self._unsupported(f"[relying_parties.{party.name.lower()}] has no admin_group")
        return party.planned.admin_group


@pytest.fixture
def recruit(relying_party: GetParty, people: People, seen: Seen, unsupported: SayUnsupported) -> Recruit:
    """Make somebody whom an application has never seen."""
    return Recruit(relying_party, people, seen, unsupported)


@given(
    parsers.parse("somebody in the admin group of {name:w}, whom it has never seen"), target_fixture="member"
)
def in_the_group(recruit: Recruit, name: str) -> Member:
    return recruit(name, administrator=True)


@given(
    parsers.parse("somebody outside the admin group of {name:w}, whom it has never seen"),
    target_fixture="member",
)
def outside_the_group(recruit: Recruit, name: str) -> Member:
    return recruit(name)


@given(parsers.parse("somebody whom {name:w} has never seen"), target_fixture="member")
def never_seen(recruit: Recruit, name: str) -> Member:
    return recruit(name)


@given("who has signed in there, and is an administrator", target_fixture="session")
def signed_in_as_administrator(browse: Browse, member: Member) -> Session:
    session = browse.sign_in(member)
    assert session.rank == (member.name, True)
    return session


@given("who has signed in there, and is not an administrator", target_fixture="session")
def signed_in_as_anybody(browse: Browse, member: Member) -> Session:
    session = browse.sign_in(member)
    assert session.rank == (member.name, False)
    return session


@when(
    parsers.parse(
        "they open {name:w} in a browser on the public internet and sign in at the identity provider"
    ),
    target_fixture="session",
)
def opens_and_signs_in(browse: Browse, member: Member) -> Session:
    return browse.sign_in(member)


@when("they sign in again, in a browser that does not know them", target_fixture="session")
def signs_in_again(browse: Browse, member: Member) -> Session:
    return browse.sign_in(member)


@when("they are taken out of the admin group")
def taken_out(people: People, recruit: Recruit, member: Member) -> None:
    people.leave(member.person, recruit.group(member.party))


@when("they are put into the admin group")
def put_in(people: People, recruit: Recruit, member: Member) -> None:
    people.join(member.person, recruit.group(member.party))


@when("they sign out there and at the identity provider", target_fixture="left")
@when("they revoke their token there, and sign out at the identity provider", target_fixture="left")
def signs_out(browse: Browse, session: Session) -> SignedOut | Stuck | NetworkFailure:
    return browse.sign_out(session)


@then(parsers.parse("they land in {name:w}, and are an administrator there"))
def is_an_administrator(session: Session) -> None:
    assert session.rank == (session.member.name, True)


@then(parsers.parse("they land in {name:w}, and are not an administrator there"))
def is_no_administrator(session: Session) -> None:
    assert session.rank == (session.member.name, False)


@then(
    parsers.parse(
        "{name:w} has made an account for them, with the name and the address that the provider knows"
    )
)
def account_with_name_and_address(session: Session, name: str, seen: Seen) -> None:
    account = session.member.account(name, seen)
    assert (account.username, account.email) == (session.member.name, session.member.person.email)


@then(parsers.parse("{name:w} has made an account for them, with the name that the provider knows"))
def account_with_name(session: Session, name: str, seen: Seen) -> None:
    account = session.member.account(name, seen)
    assert session.member.party.knows_as(account.username, session.member.person)


@then(
    parsers.parse("{name:w}'s own record of them says the same, and that they came by the identity provider")
)
def record_agrees(session: Session, name: str, seen: Seen) -> None:
    account = session.member.account(name, seen)
    assert (account.username, account.administrator) == session.rank
    assert account.source, f"{name} does not say how they came to have an account"


@then(parsers.parse("{name:w}'s own record of them says that they came by the identity provider"))
def record_has_a_source(session: Session, name: str, seen: Seen) -> None:
    account = session.member.account(name, seen)
    assert account.source, f"{name} does not say how they came to have an account"


@then(
    parsers.parse(
        "{name:w} no longer knows them, refuses what it knew them by, and the identity provider asks for the password"
    )
)
def asked_again(left: SignedOut | Stuck | NetworkFailure) -> None:
    assert left == SignedOut(known=False, good=False, asked=True)
