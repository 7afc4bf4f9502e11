"""What a provider says, signs and refuses: pages as Keycloak 26 and authentik make them, tokens of made-up keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from probes.http import Response
from probes.oidc import codes, discovery, keys, tokens
from probes.oidc.discovery import Discovery
from probes.oidc.keys import Keys
from probes.oidc.pages import elements, form, written
from probes.oidc.signin import CREDENTIALS, DISABLED, FORBIDDEN, REDIRECT_URI, Callback, Denied, LoginPage
from probes.oidc.tokens import Client, RefusedExchange, Tokens, Verifier
from probes.oidc.walk import Page, Walker
from probes.outcomes import Malformed, Refused
from probes.vantage import LocalVantage
from provisioning.secret import Secret
from tests.unit.probes.servers import WebServer
from tests.unit.probes.sites import Answer, Asked, Said, Sites, sites

AUTH, APP = "auth.example.org", "app.example.org"
BACK = f"https://{APP}/callback?code=the-code&state=the-state"
WANTED = f"https://{AUTH}/authorize?client_id=app&state=the-state"
PASSWORD = Secret("password", "pass word")


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Callable[[Answer], Sites]]:
    """A provider that answers as told."""
    opened: list[Any] = []

    def start(answer: Answer) -> Sites:
        opened.append(sites(tmp_path, (AUTH, APP), answer))
        return opened[-1].__enter__()

    yield start
    for each in opened:
        each.__exit__(None, None, None)


# pages


def test_a_page_is_read_as_it_is_shown() -> None:
    page = '<title>Sign &amp; in</title><p class="a b">one <b>two</b><script>no</script></p><br>three'
    assert written(page, "title") == "Sign & in"
    assert written(page, "missing", "b") == "one two"
    assert [each.tag for each in elements("<p>never closed<i>either")] == ["p", "i"]


def test_a_form_has_its_own_fields_and_an_absolute_action() -> None:
    page = (
        '<form id="other"><input name="x" value="y"></form>'
        '<form id="f" action="/go?a=1&amp;b=2"><input type="hidden" name="h" value="v">'
        '<input type="checkbox" name="remember"><input type="submit" name="login"></form>'
    )
    found = form(page, "https://auth.example.org/start", "f")
    assert found is not None
    assert (found.action, found.fields) == ("https://auth.example.org/go?a=1&b=2", {"h": "v"})
    assert form(page, "https://auth.example.org/start", "g") is None


# Keycloak


def keycloak(refused: Said | None) -> Answer:
    """Keycloak's way: a form that belongs to a cookie; whoever is refused gets `refused`."""
    login = f'<form id="kc-form-login" action="https://{AUTH}/login?session_code=1"><input name="username"></form>'

    def answer(asked: Asked) -> Said | None:
        where = urlsplit(asked.url)
        if where.path == "/authorize":
            return Said(login, cookies=("AUTH_SESSION_ID=s; Secure; HttpOnly; Path=/",))
        if where.path == "/login" and "AUTH_SESSION_ID=s" in asked.headers.get("Cookie", ""):
            assert parse_qs(asked.body) == {"username": ["anna"], "password": ["pass word"]}
            return refused or Said("", 302, BACK)
        return None

    return answer


def sign_in(at: Sites, kind: str) -> object:
    return codes.sign_in(Walker(at, at.roots), kind, WANTED, "anna", PASSWORD)


def test_keycloak_sends_back_who_gives_the_right_password(provider: Callable[[Answer], Sites]) -> None:
    came = sign_in(provider(keycloak(None)), "keycloak")
    assert isinstance(came, Callback)
    assert (came.code, came.state, came.redirect_uri) == ("the-code", "the-state", f"https://{APP}/callback")
    assert came.with_query(state="other").endswith("?code=the-code&state=other")
    assert "the-code" not in f"{came} {came!r}"


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, '<span id="input-error-username">Invalid username or password.</span>', CREDENTIALS),
        (
            200,
            '<span class="kc-feedback-text">Account is disabled, contact your administrator.</span>',
            DISABLED,
        ),
        (401, '<div id="kc-error-message"><p>You are not in the group</p></div>', FORBIDDEN),
        (400, '<div id="kc-error-message"><p>Invalid parameter: redirect_uri</p></div>', REDIRECT_URI),
        (400, '<div id="kc-error-message"><p>Client not found.</p></div>', ""),
        (200, '<h1 id="kc-page-title">Update your password</h1>', ""),
    ],
)
def test_keycloak_says_why_it_refuses(
    provider: Callable[[Answer], Sites], status: int, body: str, why: str
) -> None:
    came = sign_in(provider(keycloak(Said(body, status))), "keycloak")
    assert isinstance(came, Denied)
    assert (came.why, came.status, came.message) == (why, status, written(body, "span", "p", "h1"))


def test_an_error_before_the_sign_in_is_no_sign_in_page(provider: Callable[[Answer], Sites]) -> None:
    body = '<div id="kc-error-message"><p>Invalid parameter: redirect_uri</p></div>'
    at = provider(lambda _asked: Said(body, 400))
    assert codes.arrive(Walker(at, at.roots), "keycloak", WANTED) == Denied(REDIRECT_URI, 400, "")


def test_who_is_signed_in_already_is_sent_back_at_once(provider: Callable[[Answer], Sites]) -> None:
    at = provider(lambda _asked: Said("", 302, BACK))
    assert codes.arrive(Walker(at, at.roots), "keycloak", WANTED) == Callback(BACK)


# authentik


def authentik(*challenges: dict[str, Any]) -> Answer:
    """authentik's way: a page without content, an executor that shows one challenge after another."""
    left = list(challenges)

    def answer(asked: Asked) -> Said | None:
        where = urlsplit(asked.url)
        if where.path == "/authorize":
            return Said("", 302, f"/if/flow/login/?{where.query}")
        if where.path.startswith("/if/flow/"):
            return Said("<title>authentik</title>", cookies=("authentik_csrf=c; Path=/",))
        if where.path == "/api/v3/flows/executor/login/":
            assert parse_qs(where.query)["query"] == [urlsplit(WANTED).query]
            if asked.method == "POST":
                assert asked.headers["X-authentik-CSRF"] == "c"
                assert json.loads(asked.body)["component"] == left.pop(0)["component"]
                return Said("", 302, asked.url)
            return Said(json.dumps(left[0]))
        return None

    return answer


IDENTIFICATION = {"component": "ak-stage-identification", "password_fields": False}
ASK_PASSWORD = {"component": "ak-stage-password"}
AWAY = {"component": "xak-flow-redirect", "to": BACK}


def test_authentik_is_answered_stage_by_stage(provider: Callable[[Answer], Sites]) -> None:
    at = provider(authentik(IDENTIFICATION, ASK_PASSWORD, {"component": "ak-stage-user-login"}, AWAY))
    assert sign_in(at, "authentik") == Callback(BACK)
    answers = [json.loads(each.body) for each in at.asked if each.method == "POST"]
    assert answers[:2] == [
        {"component": "ak-stage-identification", "uid_field": "anna"},
        {"component": "ak-stage-password", "password": "pass word"},
    ]


def test_authentik_may_ask_for_both_at_once(provider: Callable[[Answer], Sites]) -> None:
    at = provider(authentik({**IDENTIFICATION, "password_fields": True}, AWAY))
    assert sign_in(at, "authentik") == Callback(BACK)


@pytest.mark.parametrize(
    ("challenge", "why"),
    [
        ({**ASK_PASSWORD, "response_errors": {"password": [{"string": "Invalid password"}]}}, CREDENTIALS),
        ({"component": "ak-stage-access-denied", "error_message": "Request has been denied."}, FORBIDDEN),
        ({"component": "ak-stage-access-denied"}, FORBIDDEN),
        ({"component": "ak-stage-captcha"}, ""),
    ],
)
def test_authentik_says_why_it_refuses(
    provider: Callable[[Answer], Sites], challenge: dict[str, Any], why: str
) -> None:
    came = sign_in(provider(authentik(IDENTIFICATION, challenge)), "authentik")
    assert isinstance(came, Denied)
    assert came.why == why
    assert came.message


def test_authentik_asks_where_the_executor_does(provider: Callable[[Answer], Sites]) -> None:
    asks = provider(authentik(IDENTIFICATION))
    assert isinstance(codes.arrive(Walker(asks, asks.roots), "authentik", WANTED), LoginPage)


# discovery, keys, tokens


def test_a_discovery_document_says_what_it_lacks(web: WebServer, here: LocalVantage) -> None:
    issuer = f"{web.url}/realms/platform"
    web.replies["/realms/platform/.well-known/openid-configuration"] = (200, {"issuer": "other"})
    found = discovery.discover(here, issuer, None)
    assert isinstance(found, Discovery)
    assert (found.issuer, found.asked, "jwks_uri" in found.missing) == ("other", issuer, True)
    assert isinstance(discovery.discover(here, f"{web.url}/nobody/", None), Response)


def test_only_a_published_key_verifies() -> None:
    own, stranger = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("own", "stranger"))
    document: dict[str, Any] = {"keys": [own.as_dict(private=False)]}
    published = Keys((), document)

    def signed(key: Any, algorithm: str = "RS256") -> keys.Signed:
        header = {"alg": algorithm, "kid": "own"}
        return keys.verify(jwt.encode(header, {"sub": "1"}, key, algorithms=[algorithm]), published)

    assert signed(own).verified
    assert (signed(own).alg, signed(own).kid, signed(own).claims) == ("RS256", "own", {"sub": "1"})
    assert not signed(stranger).verified
    by_secret = signed(OctKey.generate_key(256), "HS256")
    assert (by_secret.alg, by_secret.verified) == ("HS256", False)
    assert not keys.verify("no.token", published).verified
    assert not keys.verify("", published).verified


def test_keys_are_told_apart(web: WebServer, here: LocalVantage) -> None:
    web.replies["/jwks"] = (200, {"keys": [{"kid": "1", "kty": "RSA", "use": "enc"}, {"kty": "oct"}]})
    found = keys.keys(here, f"{web.url}/jwks", None)
    assert isinstance(found, Keys)
    assert [(key.kty, key in found.signing) for key in found.found] == [("RSA", False), ("oct", True)]


def test_a_code_is_exchanged_as_its_client(web: WebServer, here: LocalVantage) -> None:
    web.replies["/token"] = (200, {"id_token": "i.d.t", "access_token": "a", "expires_in": 300})
    client = Client("a b", Secret("secret", "s:t"), "https://app.example.org/callback")
    came = tokens.exchange(here, f"{web.url}/token", client, "c", None, verifier=Verifier("v"))
    assert came == Tokens("i.d.t", "a")
    assert "i.d.t" not in f"{came} {came!r}"
    _method, _path, headers, body = web.asked[0]
    assert headers["Authorization"] == "Basic YStiOnMlM0F0"  # a+b:s%3At, as RFC 6749 2.3.1 has it
    assert parse_qs(body.decode())["code_verifier"] == ["v"]


def test_a_refused_exchange_says_its_code(web: WebServer, here: LocalVantage) -> None:
    client = Client("app", None, "https://app.example.org/callback")
    web.replies["/token"] = (400, {"error": "invalid_grant", "error_description": "Code not valid"})
    assert tokens.exchange(here, f"{web.url}/token", client, "c", None) == RefusedExchange(
        400, "invalid_grant"
    )
    web.replies["/token"] = (502, b"Bad gateway")
    assert tokens.exchange(here, f"{web.url}/token", client, "c", None) == RefusedExchange(502, "")


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B
    verifier = Verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert verifier.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_request_has_all_that_is_asked_for() -> None:
    made = codes.request("https://auth.example.org/authorize", "app", "https://app/cb", ("openid", "email"))
    query = parse_qs(urlsplit(made.url).query)
    assert (query["scope"], query["state"], query["nonce"]) == (["openid email"], [made.state], [made.nonce])
    assert made.state not in repr(made)
    altered = codes.altered(made.url, redirect_uri="https://evil/")
    assert parse_qs(urlsplit(altered).query) == {**query, "redirect_uri": ["https://evil/"]}


# the visitor


def test_a_redirect_is_followed_as_far_as_told(provider: Callable[[Answer], Sites]) -> None:
    def answer(asked: Asked) -> Said | None:
        steps = {"/a": "/b", "/b": f"https://{APP}/c", "/round": "/round", "/odd": "app://somewhere"}
        path = urlsplit(asked.url).path
        return Said("", 302, steps[path]) if path in steps else Said("<title>there</title>")

    at = provider(answer)
    walker = Walker(at, at.roots)
    stopped = walker.follow(walker.get(f"https://{AUTH}/a"), lambda url: APP in url)
    assert isinstance(stopped, Page)
    assert (stopped.url, stopped.location) == (f"https://{AUTH}/b", f"https://{APP}/c")
    gone = walker.follow(walker.get(f"https://{AUTH}/a"), lambda _url: False)
    assert isinstance(gone, Page)
    assert gone.host == APP
    assert str(gone) == f"HTTP 200 from https://{APP}/c: 'there'"
    assert isinstance(walker.follow(walker.get(f"https://{AUTH}/round"), lambda _url: False), Malformed)
    assert isinstance(walker.follow(walker.get(f"https://{AUTH}/odd"), lambda _url: False), Malformed)


def test_what_the_network_does_is_a_value(here: LocalVantage) -> None:
    url = "http://127.0.0.1:1/authorize"
    assert codes.sign_in(Walker(here, None), "keycloak", url, "anna", PASSWORD) == Refused()
