"""The identity provider keeps to OpenID Connect, so that whoever relies on it can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pytest_bdd import parsers, scenarios, then, when

from inventory import Acme, Planned
from probes import tls
from probes.http import Response
from probes.oidc import keys, tokens
from probes.oidc.discovery import Discovery
from probes.oidc.keys import Keys, Signed
from probes.oidc.tokens import Tokens
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from steps.vocabulary.certificates import PORT, verified
from steps.vocabulary.people import Person
from steps.vocabulary.provider import AsClient, GetClient, Given
from steps.vocabulary.seen import Seen

scenarios("identity/identity_provider.feature")

SYMMETRIC = frozenset({"oct"})
"""The kind of key that whoever checks a signature could make it with (RFC 7518, section 6.1)."""
TIMES = ("iat", "nbf", "auth_time")
Descriptions = Mapping[str, Discovery]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in as a client would have him. at: Unix time at which the code was exchanged."""

    as_client: AsClient
    given: Given
    tokens: Tokens
    at: float

    @property
    def signed(self) -> Signed:
        """His ID token, held against the keys that the provider publishes."""
        return keys.verify(self.tokens.id_token, self.published)

    @property
    def published(self) -> Keys:
        """The keys that the provider publishes."""
        uri = self.as_client.described.url("jwks_uri")
        found = keys.keys(self.as_client.internet, uri, self.as_client.roots)
        assert isinstance(found, Keys), f"the provider publishes no keys: {found}"
        return found


@when("the discovery document of every relying party's issuer is asked for", target_fixture="described")
def documents_are_asked_for(as_client: GetClient, inventory: Planned) -> Descriptions:
    found = {name: as_client.describe(party) for name, party in inventory.relying_parties.items()}
    assert found, "the inventory has no relying party"
    return _all_described(found)


def _all_described(found: Mapping[str, Discovery | Response | NetworkFailure]) -> Descriptions:
    described = {name: one for name, one in found.items() if isinstance(one, Discovery)}
    assert {name: str(one) for name, one in found.items() if name not in described} == {}
    return described


@then("each says all that OpenID Connect Discovery 1.0, section 3, requires")
def documents_are_complete(described: Descriptions) -> None:
    assert {name: one.missing for name, one in described.items() if one.missing} == {}


@then(
    "each names exactly the issuer that it was asked for, as OpenID Connect Discovery 1.0, section 4.3, requires"
)
def issuers_are_equal(described: Descriptions) -> None:
    wrong = {name: (one.asked, one.issuer) for name, one in described.items() if one.issuer != one.asked}
    assert wrong == {}


@then(
    "each offers codes (OpenID Connect Discovery 1.0, section 3),"
    " and S256 for them (RFC 8414, section 2; RFC 7636, section 4.2)"
)
def codes_are_offered(described: Descriptions) -> None:
    offered = {
        name: (
            "code" in one.listed("response_types_supported"),
            "S256" in one.listed("code_challenge_methods_supported"),
        )
        for name, one in described.items()
    }
    assert offered == dict.fromkeys(described, (True, True))


@then("every endpoint in it is on the host of the issuer, over TLS")
def endpoints_are_public(described: Descriptions) -> None:
    elsewhere = {
        f"{name}'s {endpoint}": url
        for name, one in described.items()
        for endpoint, url in one.endpoints.items()
        if urlsplit(url)[:2] != ("https", urlsplit(one.asked).netloc)
    }
    assert elsewhere == {}


@then("that host shows a certificate of the environment's authority")
def certificate_is_trusted(described: Descriptions, internet: Vantage, acme: Acme, seen: Seen) -> None:
    hosts = {urlsplit(one.asked).hostname or "" for one in described.values()}
    shown = {host: tls.handshake(internet, host, PORT, host, acme.chosen.roots) for host in sorted(hosts)}
    assert {
        host: str(one) for host, one in seen("its certificate", shown, internet).items() if not verified(one)
    } == {}


@when(parsers.parse("they sign in for {name:w}, and their code is exchanged"), target_fixture="signed_in")
def signs_in(as_client: GetClient, name: str, person: Person, seen: Seen) -> SignedIn:
    client = as_client(name)
    given, exchanged = client.tokens(person)
    return SignedIn(client, given, seen("their code", exchanged, client.internet), _now())


def _now() -> float:
    return datetime.now(UTC).timestamp()


@then("the provider publishes keys, and none of them is a secret")
def keys_are_published(signed_in: SignedIn, seen: Seen) -> None:
    published = seen("the provider's keys", signed_in.published, signed_in.as_client.internet)
    assert published.signing, "the provider publishes no key to check signatures with"
    assert [str(key) for key in published.found if key.kty in SYMMETRIC] == []


@then("their ID token is signed with RS256, by one of them")
def token_is_signed(signed_in: SignedIn, seen: Seen) -> None:
    signed = seen("their ID token", signed_in.signed, signed_in.as_client.internet)
    assert (signed.alg, signed.why_not) == ("RS256", ""), str(signed)
    assert signed.kid in {key.kid for key in signed_in.published.signing}


@then("it is from the issuer, for this client and no other, and about them")
def token_is_for_the_client(signed_in: SignedIn, person: Person) -> None:
    claims, client = signed_in.signed.claims, signed_in.as_client
    audience = claims.get("aud") if isinstance(claims.get("aud"), list) else [claims.get("aud")]
    assert (claims.get("iss"), audience, _about(signed_in)) == (
        client.described.asked,
        [client.client.client_id],
        (True, person.email),
    )


def _about(signed_in: SignedIn) -> tuple[bool, object]:
    """Tell whether both endpoints speak of the same subject, and whose address it has (Core 5.3.2)."""
    client = signed_in.as_client
    told = tokens.userinfo(
        client.internet,
        client.described.url("userinfo_endpoint"),
        signed_in.tokens.access_token,
        client.roots,
    )
    assert isinstance(told, dict), f"the userinfo endpoint tells nothing: {told}"
    return bool(told.get("sub")) and told["sub"] == signed_in.signed.claims.get("sub"), told.get("email")


@then("the state came back as it was sent, as RFC 6749, section 4.1.2, requires")
def state_is_unchanged(signed_in: SignedIn) -> None:
    # Not compared in the assertion itself: a failure would show both.
    same = signed_in.given.callback.state == signed_in.given.request.state
    assert same, "the state that came back is another one"


@then("their ID token has the nonce that was sent, as OpenID Connect Core 1.0, section 2, requires")
def nonce_is_unchanged(signed_in: SignedIn) -> None:
    same = signed_in.signed.claims.get("nonce") == signed_in.given.request.nonce
    assert same, "the nonce in the ID token is another one, or missing"


@then(parsers.parse("their ID token was issued now, give or take {seconds:d} seconds"))
def issued_now(signed_in: SignedIn, seconds: int, seen: Seen) -> None:
    ahead = round(float(signed_in.signed.claims.get("iat", 0)) - signed_in.at, 1)
    seen("how far the provider's clock is ahead, in seconds", ahead, signed_in.as_client.internet)
    assert abs(ahead) <= seconds


@then("it has not expired, and has no time in the future")
def times_are_sound(signed_in: SignedIn) -> None:
    claims, now = signed_in.signed.claims, _now()
    assert float(claims.get("exp", 0)) > now, "the ID token has expired"
    # A second of rounding.
    assert [name for name in TIMES if float(claims.get(name, 0)) > now + 1] == []
