"""What relying parties refuse a callback for, told apart by their own words, and whom they know.

Gitea's, OpenBao's and Synapse's words are as they were heard; Harbor's and Grafana's are from their sources.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from probes.oidc.walk import Walker
from probes.outcomes import CannotObserve
from probes.relying_parties.applications import APPLICATIONS
from probes.relying_parties.model import AUDIENCE, CODE, STATE, Refusal, SignedIn
from tests.unit.probes.sites import Answer, Asked, Said, Sites, openings

HOST = "app.example.org"
BACK = f"https://{HOST}/callback?code=c&state=s"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Callable[[Answer], Sites]]:
    yield from openings(tmp_path, (HOST,))


def refused(app: Callable[[Answer], Sites], party: str, message: str) -> Refusal:
    """Have a party refuse a callback in these words, on the page or in the document that it has for that."""
    nobody = Said('{"message": "Unauthorized", "errcode": "M_MISSING_TOKEN", "errors": []}', 401)
    on_a_page = Said(f'<div class="flash-error">{message}</div><strong id="errormsg">{message}</strong>', 400)
    in_json = Said(json.dumps({"errors": [message]}), 400)
    in_a_script = Said(f'<script>window.grafanaBootData = {{"loginError": {json.dumps(message)}}}</script>')

    def answer(asked: Asked) -> Said | None:
        path = urlsplit(asked.url).path
        if path == "/user/settings":
            return Said("", 303, "/user/login")
        if "callback" in path:
            return {"grafana": in_a_script, "harbor": in_json, "vault": in_json}.get(party, on_a_page)
        return nobody

    at = app(answer)
    came = APPLICATIONS[party].finish(Walker(at, at.roots), BACK)
    assert isinstance(came, Refusal)
    assert came.session == ""
    return came


VAULT_EXCHANGE = "Vault login failed. Error exchanging oidc code: Provider.Exchange: "
REFUSED: list[tuple[str, str, str]] = [
    ("gitea", STATE, "state token mismatch"),
    ("gitea", CODE, "oauth2: 'invalid_grant' 'Code not valid'"),
    ("gitea", AUDIENCE, "oauth2: error validating JWT token: audience in token does not match client key"),
    ("gitea", "", "could not find a matching session for this request"),
    ("gitea", "", "oauth2: 'unauthorized_client' 'Invalid client or Invalid client credentials'"),
    ("gitea", "", "oauth2: cannot fetch token: 503 Service Unavailable"),
    (
        "gitea",
        "",
        "oauth2: error validating JWT token: issuer in token does not match issuer in OpenIDConfig",
    ),
    ("gitea", "", "oauth2: error validating JWT token: user info JWT token is expired"),
    ("vault", STATE, "Vault login failed. Expired or missing OAuth state."),
    ("vault", CODE, f"{VAULT_EXCHANGE}unable to exchange auth code with provider: oauth2: 'invalid_grant'"),
    ("vault", AUDIENCE, f"{VAULT_EXCHANGE}id_token failed verification: invalid id_token audiences"),
    ("vault", "", f"{VAULT_EXCHANGE}unable to exchange auth code with provider: oauth2: 'invalid_client'"),
    ("vault", "", f"{VAULT_EXCHANGE}unable to exchange auth code with provider: dial tcp: no route to host"),
    ("vault", "", f"{VAULT_EXCHANGE}id_token failed verification: failed to verify signature"),
    ("matrix", STATE, "mismatching_session: Signatures do not match"),
    ("matrix", CODE, "invalid_grant: Code not valid"),
    ("matrix", AUDIENCE, "invalid_token: invalid_claim: Invalid claim: 'azp'"),
    ("matrix", AUDIENCE, "invalid_token: missing_claim: Missing claim: 'azp'"),
    ("matrix", "", "missing_session: No session cookie found"),
    ("matrix", "", "invalid_session: Invalid macaroon"),
    ("matrix", "", "invalid_client: Invalid client or Invalid client credentials"),
    ("matrix", "", "invalid_token: invalid_claim: Invalid claim: 'nonce'"),
    ("matrix", "", "invalid_token: expired_token: The token is expired"),
    ("matrix", "", "invalid_token: bad_signature: "),
    ("harbor", STATE, "State mismatch"),
    ("harbor", CODE, "oauth2: 'invalid_grant' 'Code not valid'"),
    ("harbor", "", "oauth2: cannot fetch token: 401 Unauthorized invalid_client"),
    ("harbor", "", "internal server error"),
    ("grafana", STATE, "Provided state does not match stored state"),
    ("grafana", CODE, "Failed to get token from provider"),
    ("grafana", "", "Missing saved oauth state"),
    ("grafana", "", "An internal error occurred in the OAuth client"),
]


@pytest.mark.parametrize(("party", "why", "message"), REFUSED)
def test_a_refusal_is_for_what_the_party_says_then_only(
    app: Callable[[Answer], Sites], party: str, why: str, message: str
) -> None:
    assert refused(app, party, message).why == why


def test_every_word_that_a_feature_asks_for_is_told_apart() -> None:
    everywhere = {(party, why) for party, why, _ in REFUSED if why in {STATE, CODE}}
    assert everywhere == {(party, why) for party in APPLICATIONS for why in (STATE, CODE)}
    assert {party for party, why, _ in REFUSED if why == AUDIENCE} == {"gitea", "vault", "matrix"}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_nobody_is_who_the_application_itself_does_not_know(
    app: Callable[[Answer], Sites], name: str
) -> None:
    nobody = Said('{"errors": ["permission denied"]}', 403)
    at = app(lambda asked: Said("", 303, "/user/login") if "settings" in asked.url else nobody)
    assert APPLICATIONS[name].session(Walker(at, at.roots), HOST) == ""


@pytest.mark.parametrize("name", APPLICATIONS)
@pytest.mark.parametrize(
    "instead", [Said("<h1>no available server</h1>", 503), Said("<h1>404</h1>", 404), Said("<h1>Hello</h1>")]
)
def test_who_is_signed_in_is_unknown_where_something_else_answers(
    app: Callable[[Answer], Sites], name: str, instead: Said
) -> None:
    at = app(lambda _asked: instead)
    with pytest.raises(CannotObserve, match="who is signed in"):
        APPLICATIONS[name].session(Walker(at, at.roots), HOST)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_somebody_is_who_the_application_says(app: Callable[[Answer], Sites], name: str) -> None:
    known: dict[str, Any] = dict.fromkeys(("username", "login", "user_id"), "anna")
    known["data"] = {"display_name": "oidc-anna"}
    page = Said('<input id="username" name="name" value="anna">')
    at = app(lambda asked: page if "settings" in asked.url else Said(json.dumps(known)))
    assert APPLICATIONS[name].session(Walker(at, at.roots), HOST) == "anna"


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_forgery_that_is_taken_is_no_refusal(app: Callable[[Answer], Sites], name: str) -> None:
    known: dict[str, Any] = dict.fromkeys(("username", "login", "user_id"), "anna")
    known |= {"data": {"display_name": "oidc-anna"}, "auth": {"client_token": "t"}, "access_token": "t"}
    page, document = Said('<input id="username" name="name" value="anna">'), Said(json.dumps(known))
    back = document if name == "vault" else Said("", 302, f"https://{HOST}/?loginToken=t")

    def answer(asked: Asked) -> Said | None:
        if "callback" in asked.url:
            return back
        return page if "settings" in asked.url else document

    at = app(answer)
    assert APPLICATIONS[name].finish(Walker(at, at.roots), BACK) == SignedIn("anna")
