"""What applications say to a login, a forgery and a question, as Gitea 1.26, OpenBao 2.7 and Synapse 1.163 said it.

Harbor's and Grafana's answers are written from their sources.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from probes.oidc.walk import Walker
from probes.outcomes import CannotObserve
from probes.relying_parties import gitea, grafana, harbor, matrix, vault
from probes.relying_parties.applications import APPLICATIONS, CREDENTIALS, administrator
from probes.relying_parties.model import CODE, STATE, Access, Account, Refusal, SignedIn, Start, start_of
from provisioning.secret import Secret
from tests.unit.probes.sites import Answer, Asked, Said, Sites, openings

HOST = "app.example.org"
BACK = f"https://{HOST}/callback?code=c&state=s"
AUTHORIZE = (
    "https://auth.example.org/authorize?client_id=app&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback"
    "&response_type=code&scope=openid+email&state=the-state&nonce=the-nonce&code_challenge_method=S256"
)
ADMIN = Access("admin", Secret("administrator", "pw"))


@dataclass(frozen=True)
class Planned:
    client_id: str = "app"
    login_start: str = f"https://{HOST}/login"
    redirect_uri: str = f"https://{HOST}/callback"
    role: str | None = "people"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Callable[[Answer], Sites]]:
    yield from openings(tmp_path, (HOST,))


def paths(**said: Said) -> Answer:
    """Answer by the last part of a path."""
    return lambda asked: said.get(urlsplit(asked.url).path.rpartition("/")[2].replace("-", "_"))


def test_an_authorization_request_is_taken_apart_and_shows_no_secret() -> None:
    start = start_of(AUTHORIZE)
    assert (start.host, start.client_id, start.scopes, start.response_type, start.challenge_method) == (
        "auth.example.org",
        "app",
        ("openid", "email"),
        "code",
        "S256",
    )
    assert (start.state, start.nonce) == ("the-state", "the-nonce")
    assert "the-state" not in f"{start} {start!r}"
    assert "the-nonce" not in f"{start} {start!r}"


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_login_start_leads_to_a_request(app: Callable[[Answer], Sites], name: str) -> None:
    data = json.dumps({"data": {"auth_url": AUTHORIZE}})
    at = app(lambda asked: Said(data) if asked.method == "POST" else Said("", 302, AUTHORIZE))
    assert APPLICATIONS[name].begin(Walker(at, at.roots), Planned()) == start_of(AUTHORIZE)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_login_start_that_leads_nowhere_is_seen_as_it_is(app: Callable[[Answer], Sites], name: str) -> None:
    at = app(lambda _asked: Said("<title>Internal Server Error</title>", 500))
    began = APPLICATIONS[name].begin(Walker(at, at.roots), Planned())
    assert not isinstance(began, Start)
    assert str(began).startswith("HTTP 500 from https://app.example.org/login")


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_account_that_cannot_be_asked_for_is_unknown(app: Callable[[Answer], Sites], name: str) -> None:
    at = app(lambda _asked: Said("<h1>404 page not found</h1>", 404))
    with pytest.raises(CannotObserve, match=r"the (account|entity) anna"):
        APPLICATIONS[name].account(at, HOST, "anna", ADMIN, at.roots)


def test_an_administrator_is_called_as_planned_or_as_usual() -> None:
    assert {name: administrator(name, None) for name in CREDENTIALS} == {
        "gitea": "gitea-admin",
        "grafana": "admin",
        "harbor": "admin",
        "vault": "",
    }
    assert administrator("gitea", "admin") == "admin"


# Gitea


def test_gitea_tells_on_its_sign_in_page_why_it_refuses(app: Callable[[Answer], Sites]) -> None:
    said = '<div class="ui negative message flash-message flash-error"><p>state token mismatch</p></div>'
    at = app(
        paths(callback=Said("", 303, "/user/login"), login=Said(said), settings=Said("", 303, "/user/login"))
    )
    came = gitea.finish(Walker(at, at.roots), BACK)
    assert came == Refusal(200, "state token mismatch", why=STATE)


def test_gitea_knows_who_has_signed_in(app: Callable[[Answer], Sites]) -> None:
    settings = Said('<input id="username" name="name" value="anna">')

    def answer(asked: Asked) -> Said | None:
        path = urlsplit(asked.url).path
        if path == "/callback":
            return Said("", 303, "/", ("session=1; Secure; Path=/",))
        return (
            settings if path == "/user/settings" and "session=1" in asked.headers["Cookie"] else Said("home")
        )

    at = app(answer)
    assert gitea.finish(Walker(at, at.roots), BACK) == SignedIn("anna")


def test_gitea_tells_an_administrator_of_accounts(app: Callable[[Answer], Sites]) -> None:
    known = {"login": "anna", "email": "a@example.org", "is_admin": True, "source_id": 2}
    at = app(paths(anna=Said(json.dumps(known)), nobody=Said('{"message":"user does not exist"}', 404)))
    assert gitea.account(at, HOST, "anna", ADMIN, at.roots) == Account(
        "anna", "a@example.org", administrator=True, source="source 2"
    )
    assert gitea.account(at, HOST, "nobody", ADMIN, at.roots) is None
    assert at.asked[0].headers["Authorization"] == "Basic YWRtaW46cHc="


# Vault


def test_vault_says_why_it_refuses(app: Callable[[Answer], Sites]) -> None:
    at = app(lambda _asked: Said('{"errors":["Expired or missing OAuth state."]}', 400))
    came = vault.finish(Walker(at, at.roots), BACK)
    assert came == Refusal(400, "Expired or missing OAuth state.", why=STATE)


def test_vault_s_administrators_are_those_of_a_group(app: Callable[[Answer], Sites]) -> None:
    def answer(asked: Asked) -> Said | None:
        data: dict[str, Any] = {
            "/v1/sys/auth": {"oidc/": {"accessor": "x"}},
            "/v1/identity/lookup/entity": {
                "inherited_group_ids": ["g"],
                "policies": None,
                "aliases": [
                    {"name": "anna", "mount_accessor": "another"},
                    {
                        "name": "anna@example.org",
                        "mount_accessor": "x",
                        "mount_path": "auth/oidc/",
                        "metadata": {"email": "told@example.org"},
                    },
                ],
            },
            "/v1/identity/group/id/g": {"policies": ["admin"]},
        }
        if "nobody" in asked.body:
            return Said("", 204)
        found = data.get(urlsplit(asked.url).path)
        return None if found is None else Said(json.dumps({"data": found}))

    at = app(answer)
    assert vault.account(at, HOST, "looked-for", ADMIN, at.roots) == Account(
        "anna@example.org", "told@example.org", administrator=True, source="oidc/"
    )
    assert vault.account(at, HOST, "nobody", ADMIN, at.roots) is None


# Matrix


@pytest.mark.parametrize(
    "callback",
    [
        Said("", 302, "https://client/?loginToken=t"),
        Said('<a href="https://client/?loginToken=t">Continue</a>'),
    ],
)
def test_a_login_token_of_matrix_becomes_a_session(app: Callable[[Answer], Sites], callback: Said) -> None:
    at = app(
        paths(
            callback=callback,
            login=Said('{"access_token": "a"}'),
            whoami=Said('{"user_id": "@anna:example.org"}'),
        )
    )
    assert matrix.finish(Walker(at, at.roots), BACK) == SignedIn("@anna:example.org")


def test_matrix_says_why_it_refuses(app: Callable[[Answer], Sites]) -> None:
    said = (
        '<h1>There was an error</h1><strong id="errormsg">Code not valid</strong>'
        '<div id="error_code"><p>Error code</p><p>invalid_grant</p></div>'
    )
    at = app(paths(callback=Said(said, 400)))
    came = matrix.finish(Walker(at, at.roots), BACK)
    assert isinstance(came, Refusal)
    assert came.message.endswith("invalid_grant: Code not valid")
    assert came.why == CODE


def test_matrix_knows_somebody_by_his_profile(app: Callable[[Answer], Sites]) -> None:
    def answer(asked: Asked) -> Said | None:
        if asked.url.endswith("%40anna%3Aexample.org"):
            return Said('{"displayname": "Anna"}')
        unknown = "M_UNRECOGNIZED" if "odd" in asked.url else "M_UNKNOWN"
        return Said(json.dumps({"errcode": unknown}), 404)

    at = app(answer)
    assert matrix.account(at, HOST, "anna", None, at.roots) == Account(
        "@anna:example.org", "", administrator=False
    )
    assert matrix.account(at, HOST, "nobody", None, at.roots) is None
    with pytest.raises(CannotObserve):
        matrix.account(at, HOST, "odd", None, at.roots)


# Harbor, Grafana


def test_harbor_says_why_it_refuses_and_knows_accounts(app: Callable[[Answer], Sites]) -> None:
    users = [{"username": "anna", "email": "a@example.org", "sysadmin_flag": True, "comment": "by OIDC"}]
    at = app(
        paths(
            callback=Said('{"errors":[{"code":"BAD_REQUEST","message":"State mismatch"}]}', 400),
            current=Said('{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized"}]}', 401),
            users=Said(json.dumps(users)),
        )
    )
    assert harbor.finish(Walker(at, at.roots), BACK) == Refusal(400, "BAD_REQUEST State mismatch", why=STATE)
    assert harbor.account(at, HOST, "anna", ADMIN, at.roots) == Account(
        "anna", "a@example.org", administrator=True, source="by OIDC"
    )
    assert harbor.account(at, HOST, "nobody", ADMIN, at.roots) is None


def test_grafana_says_why_it_refuses_and_knows_accounts(app: Callable[[Answer], Sites]) -> None:
    why = "Provided state does not match stored state"
    settings = f'<script>window.grafanaBootData = {{"loginError": "{why}"}}</script>'
    known = {"id": 7, "login": "anna", "email": "a@example.org", "authLabels": ["Generic OAuth"]}

    def answer(asked: Asked) -> Said | None:
        found = {
            "/callback": Said("", 302, "/login"),
            "/login": Said(settings),
            "/api/user": Said('{"message": "Unauthorized"}', 401),
            "/api/users/7/orgs": Said('[{"role": "Admin"}]'),
        }
        if "loginOrEmail=anna" in asked.url:
            return Said(json.dumps(known))
        if "loginOrEmail" in asked.url:
            return Said('{"message": "user not found"}', 404)
        return found.get(urlsplit(asked.url).path)

    at = app(answer)
    expected = Account("anna", "a@example.org", administrator=True, source="Generic OAuth")
    assert grafana.finish(Walker(at, at.roots), BACK) == Refusal(200, why, why=STATE)
    assert grafana.account(at, HOST, "anna", ADMIN, at.roots) == expected
    assert grafana.account(at, HOST, "nobody", ADMIN, at.roots) is None


SCRIPT = """# What Gitea's told: --admin-group "of-a-comment"
known=$(echo "$sources" | awk -F'|' '{ gsub(/[ \\t]/, "", $2) } $2 == "identity" { print $1 + 0 }')
set -- "$@" --name "identity" \\
  --group-claim-name groups --admin-group "the admins" --skip-local-2fa
"""


def test_gitea_s_administrators_are_read_from_the_command_that_sets_them_up() -> None:
    data = {"app.ini": "[server]\nNAME = it's a site\n", "configure.sh": SCRIPT}
    api: Any = SimpleNamespace(get=lambda *_asked, **_how: {"data": data})
    assert gitea.admin_groups(api, "gitea") == ("the admins",)
    nothing: Any = SimpleNamespace(get=lambda *_asked, **_how: None)
    assert gitea.admin_groups(nothing, "gitea") == ()
