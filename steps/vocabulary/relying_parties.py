"""The relying parties by their names, and who goes to them: a visitor without a browser, on the public internet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then

from inventory import Acme, Identity, Planned, RelyingParty
from probes.oidc import codes
from probes.oidc.signin import Callback, Denied
from probes.oidc.walk import Page, Walker, host_of
from probes.outcomes import NetworkFailure
from probes.relying_parties.applications import APPLICATIONS, CREDENTIALS, administrator
from probes.relying_parties.model import Access, Account, Application, Refusal, SignedIn, Start
from probes.vantage import Vantage
from probes.waiting import SYSTEM
from steps.vocabulary.people import People, Person
from steps.vocabulary.seen import Seen
from steps.wiring import CredentialFile, SayUnsupported


@dataclass(frozen=True, slots=True)
class Kept:
    """A secret in a file of the scenario's own."""

    file: Path

    def reveal(self) -> str:
        """Return it."""
        return self.file.read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class Party:
    """A relying party, asked from the public internet. name: as people say it, "Gitea"."""

    name: str
    planned: RelyingParty
    application: Application
    internet: Vantage
    roots: Path | None
    access: Callable[[], Access | None]

    @property
    def host(self) -> str:
        """Its public name."""
        return host_of(self.planned.redirect_uri)

    def name_of(self, person: Person) -> str:
        """Return what somebody is called there."""
        return person.email if self.planned.username_claim == "email" else person.username

    def account(self, person: Person) -> Account | None:
        """Return somebody's account; None if he has none."""
        return self.application.account(
            self.internet, self.host, self.name_of(person), self.access(), self.roots
        )

    def knows_as(self, name: str, person: Person) -> bool:
        """Tell whether the name that it has for a session is this person's: "anna", or "@anna:server" in Matrix."""
        return name.lstrip("@").partition(":")[0] == self.name_of(person)

    def visitor(self) -> Walker:
        """Return somebody whom nobody knows."""
        return Walker(self.internet, self.roots)

    def begin(self, visitor: Walker) -> Start | Page | NetworkFailure:
        """Begin a login."""
        return self.application.begin(visitor, self.planned)

    def finish(self, visitor: Walker, url: str) -> SignedIn | Refusal | NetworkFailure:
        """Come back from the provider."""
        return self.application.finish(visitor, url)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that got as far as the provider, or back. ended: what came of it there; at: the second in which it did.

    outcome: what the relying party said when the person came back; None as long as he has not.
    """

    party: Party
    visitor: Walker
    ended: Callback | Denied | NetworkFailure
    at: float
    outcome: SignedIn | Refusal | NetworkFailure | None = None

    @property
    def callback(self) -> Callback:
        """How the provider sent the person back."""
        assert isinstance(self.ended, Callback), f"the provider does not send the person back: {self.ended}"
        assert self.ended.code, f"the provider gave no code: {self.ended}"
        return self.ended

    def returns(self) -> SignedIn | Refusal | NetworkFailure:
        """Go back to the relying party, as the provider says."""
        return self.party.finish(self.visitor, self.callback.url)

    def forged(self, **changed: str) -> Attempt:
        """Go back to the relying party, with some of what the provider sent along changed."""
        return replace(self, outcome=self.party.finish(self.visitor, self.callback.with_query(**changed)))


class GetParty:
    """Gives a relying party by the name that people say."""

    def __init__(
        self,
        inventory: Planned,
        internet: Vantage,
        acme: Acme,
        credential: CredentialFile,
        unsupported: SayUnsupported,
    ) -> None:
        self._inventory, self._internet, self._acme = inventory, internet, acme
        self._credential, self._unsupported = credential, unsupported

    def __call__(self, name: str) -> Party:
        """Return it; a scenario of one that the inventory does not have is unsupported."""
        slug = name.lower()
        if slug not in self._inventory.relying_parties:
            self._unsupported(f"the inventory has no [relying_parties.{slug}]")
        return Party(
            name,
            self._inventory.relying_parties[slug],
            APPLICATIONS[slug],
            self._internet,
            self._acme.chosen.roots,
            lambda: self._access(name),
        )

    def another(self, name: str) -> Party:
        """Return some other one than this."""
        known = [slug for slug in self._inventory.relying_parties if slug in APPLICATIONS]
        for slug in known:
            if slug != name.lower():
                return self(slug.capitalize())
        return self._unsupported("the inventory has only one relying party")

    def _access(self, name: str) -> Access | None:
        slug = name.lower()
        if slug not in CREDENTIALS:
            return None
        who = administrator(slug, self._inventory.relying_parties[slug].administrator)
        return Access(who, Kept(self._credential(CREDENTIALS[slug])))


@pytest.fixture
def relying_party(
    inventory: Planned,
    internet: Vantage,
    acme: Acme,
    credential: CredentialFile,
    unsupported: SayUnsupported,
) -> GetParty:
    """``relying_party("Gitea")``: a relying party of the inventory."""
    return GetParty(inventory, internet, acme, credential, unsupported)


class SignIn:
    """Signs people in at the provider, as far as it lets them; nobody goes back to the relying party."""

    def __init__(self, identity: Identity, seen: Seen) -> None:
        self._identity, self._seen = identity, seen

    def __call__(self, party: Party, person: Person, *, wrongly: bool = False, besides: str = "") -> Attempt:
        """Begin at a relying party, and give one's name and password; or one that it is not.

        besides: a scope that the browser asks for, and the relying party did not.
        """
        visitor = party.visitor()
        start = self._seen(f"where a login at {party.name} leads", party.begin(visitor), party.internet)
        assert isinstance(start, Start), f"a login at {party.name} leads to no provider: {start}"
        password = Wrong() if wrongly else person.password
        scopes = " ".join((*start.scopes, besides))
        asked = codes.altered(start.location, scope=scopes) if besides else start.location
        ended = codes.sign_in(visitor, self._identity.kind, asked, person.username, password)
        self._seen("what the provider answers", ended, party.internet)
        return Attempt(party, visitor, ended, SYSTEM.now())


class Wrong:
    """A password that is nobody's: the people of a scenario have random ones."""

    def reveal(self) -> str:
        """Return it."""
        return "this is not it"


@pytest.fixture
def sign_in(inventory: Planned, seen: Seen) -> SignIn:
    """Sign somebody in at the provider, from a relying party's login start."""
    return SignIn(inventory.identity, seen)


@given(parsers.parse("somebody of the scenario's own, who {state}"), target_fixture="person")
def somebody(people: People, state: str) -> Person:
    return {
        "may sign in": people.make,
        "is outside the allowed group": lambda: people.make(outside=True),
        "is disabled": lambda: people.make(enabled=False),
    }[state]()


@then(parsers.parse("they are nobody at {name:w}, and no account of theirs is there"))
def nobody_there(attempt: Attempt, person: Person, name: str, seen: Seen) -> None:
    session = attempt.party.application.session(attempt.visitor, attempt.party.host)
    account = seen(f"their account at {name}", attempt.party.account(person), attempt.party.internet)
    assert (session, account) == ("", None)
