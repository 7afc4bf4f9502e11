"""The identity provider, asked as one of its clients: with a person's sign-in and the client's own secret."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from inventory import Acme, Planned, RelyingParty
from probes.http import Response
from probes.oidc import codes, discovery, tokens
from probes.oidc.codes import Request
from probes.oidc.discovery import Discovery
from probes.oidc.signin import Callback
from probes.oidc.tokens import Client, RefusedExchange, Revealed, Tokens, Verifier
from probes.oidc.walk import Walker
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from probes.waiting import SYSTEM
from steps.vocabulary.people import Person
from steps.vocabulary.relying_parties import Kept, Wrong
from steps.vocabulary.seen import Seen
from steps.wiring import CredentialFile, SayUnsupported

Exchanged = Tokens | RefusedExchange | NetworkFailure


@dataclass(frozen=True, slots=True)
class Given:
    """A code that a person got for a client. request: what asked for it; at: the second in which it was given."""

    request: Request
    callback: Callback
    at: float


@dataclass(frozen=True, slots=True)
class AsClient:
    """The provider as one client sees it, from the public internet."""

    kind: str
    planned: RelyingParty
    client: Client
    described: Discovery
    internet: Vantage
    roots: Path | None
    seen: Seen

    def code(self, person: Person, verifier: Verifier | None = None) -> Given:
        """Have somebody sign in, and return the code."""
        asked = codes.request(
            self.described.url("authorization_endpoint"),
            self.client.client_id,
            self.client.redirect_uri,
            self.planned.scopes,
            verifier=verifier,
        )
        visitor = Walker(self.internet, self.roots)
        ended = codes.sign_in(visitor, self.kind, asked.url, person.username, person.password)
        self.seen("what the provider answers", ended, self.internet)
        assert isinstance(ended, Callback), f"the provider does not send the person back: {ended}"
        return Given(asked, ended, SYSTEM.now())

    def exchange(self, given: Given, verifier: Verifier | None = None) -> Exchanged:
        """Hand a code in, as the client."""
        return self.exchange_as(self.client, given.callback, verifier)

    def exchange_as(self, client: Client, callback: Callback, verifier: Verifier | None = None) -> Exchanged:
        """Hand a code in, as whoever."""
        endpoint = self.described.url("token_endpoint")
        return tokens.exchange(self.internet, endpoint, client, callback.code, self.roots, verifier=verifier)

    def tokens(self, person: Person) -> tuple[Given, Tokens]:
        """Have somebody sign in, and exchange the code."""
        given = self.code(person)
        exchanged = self.exchange(given)
        assert isinstance(exchanged, Tokens), f"the code is not exchanged: {exchanged}"
        return given, exchanged


class GetClient:
    """Gives the provider as a relying party's client sees it.

    The inventory tells where its secret is kept: ``[credentials.<party>-client]``.
    """

    def __init__(
        self,
        inventory: Planned,
        internet: Vantage,
        acme: Acme,
        credential: CredentialFile,
        unsupported: SayUnsupported,
        seen: Seen,
    ) -> None:
        self._inventory, self._internet, self._roots = inventory, internet, acme.chosen.roots
        self._credential, self._unsupported, self._seen = credential, unsupported, seen

    def __call__(self, name: str) -> AsClient:
        """Return the client of this party, "Gitea"; a scenario of one that cannot be had is unsupported."""
        slug = name.lower()
        if slug not in self._inventory.relying_parties:
            self._unsupported(f"the inventory has no [relying_parties.{slug}]")
        if f"{slug}-client" not in self._inventory.credentials:
            self._unsupported(f"the inventory has no [credentials.{slug}-client]")
        return self._as(slug, Kept(self._credential(f"{slug}-client")))

    def stranger(self, name: str) -> AsClient:
        """Return somebody who says that he is the client of this party, and does not know its secret."""
        return self._as(name.lower(), Wrong())

    def _as(self, slug: str, secret: Revealed) -> AsClient:
        planned = self._inventory.relying_parties[slug]
        client = Client(planned.client_id, secret, planned.redirect_uri)
        described = self.describe(planned)
        assert isinstance(described, Discovery), f"there is no discovery document: {described}"
        kind = self._inventory.identity.kind
        return AsClient(kind, planned, client, described, self._internet, self._roots, self._seen)

    def describe(self, planned: RelyingParty) -> Discovery | Response | NetworkFailure:
        """Ask for the discovery document that a relying party's server reads."""
        issuer = self._inventory.identity.issuer_of(planned.client_id)
        found = discovery.discover(self._internet, issuer, self._roots)
        return self._seen(f"the discovery document for {planned.client_id}", found, self._internet)


@pytest.fixture
def as_client(
    inventory: Planned,
    internet: Vantage,
    acme: Acme,
    credential: CredentialFile,
    unsupported: SayUnsupported,
    seen: Seen,
) -> GetClient:
    """``as_client("Gitea")``: the provider as Gitea's client sees it."""
    return GetClient(inventory, internet, acme, credential, unsupported, seen)
