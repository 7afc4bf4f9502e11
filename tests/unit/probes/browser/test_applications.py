"""Pages of applications as their sources make them, reduced to what is looked at: a no is no broken page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from probes.browser.applications import APPLICATIONS, gitea, grafana, harbor, matrix, vault
from probes.browser.applications.site import Held, Site
from probes.browser.outcomes import Stuck
from probes.browser.session import Browser, Visitor
from tests.unit.probes.browser.places import Reply, World, listening_site

LOGIN = "/user/oauth2/identity"
SITE = Site(f"http://app.example{LOGIN}", "people")
FORM = "<title>Settings</title><input id=username value=ada>"
HOME = '<title>Gitea</title><a href="/user/login?redirect_to=%2f">Sign In</a>'
OTHER = "<title>Whatever</title>"
ADMIN, VIEWER, EDITOR = ([{"role": role}] for role in ("Admin", "Viewer", "Editor"))
BROKEN = (404, 500)


def page(status: int = 200, text: str = OTHER, **headers: str) -> Reply:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, text


def sent(where: str) -> Reply:
    return page(303, "", Location=where)


def told(status: int, document: object = None) -> Reply:
    return page(status, json.dumps(document), Content_Type="application/json")


@contextmanager
def app(
    browser: Browser, replies: Mapping[str, Reply | Callable[[Mapping[str, str]], Reply]]
) -> Iterator[Visitor]:
    """Open a window at an application that answers so by its paths; any other path is an empty page."""

    def answer(_method: str, path: str, headers: Mapping[str, str]) -> Reply:
        reply = replies.get(path.partition("?")[0], page())
        return reply(headers) if callable(reply) else reply

    with listening_site(answer) as port:
        world = World({"app.example": port, "auth.example": port})
        with browser.visitor(world) as visitor:
            visitor.open("http://app.example/there")
            yield visitor


# Gitea


@pytest.mark.parametrize(
    ("reply", "said"),
    [(page(200), True), (page(403, "Forbidden"), False)],
)
def test_gitea_s_administration_is_open_or_refused(browser: Browser, reply: Reply, *, said: bool) -> None:
    with app(browser, {"/-/admin": reply}) as visitor:
        assert gitea.is_administrator(visitor.page, SITE) is said


@pytest.mark.parametrize("reply", [*map(page, BROKEN), sent("/user/login"), sent("/")])
def test_anything_else_says_nothing_of_who_administers_gitea(browser: Browser, reply: Reply) -> None:
    with app(browser, {"/-/admin": reply}) as visitor:
        assert isinstance(gitea.is_administrator(visitor.page, SITE), Stuck)


@pytest.mark.parametrize(
    ("reply", "said"),
    [(page(200, FORM), True), (sent("/user/login?redirect_to=%2fuser%2fsettings"), False)],
)
def test_gitea_knows_a_window_or_sends_it_to_the_sign_in(
    browser: Browser, reply: Reply, *, said: bool
) -> None:
    with app(browser, {"/user/settings": reply}) as visitor:
        assert gitea.signed_in(visitor.page, SITE) is said


@pytest.mark.parametrize("reply", [page(200), sent("/"), *map(page, BROKEN)])
def test_anything_else_says_nothing_of_whom_gitea_knows(browser: Browser, reply: Reply) -> None:
    with app(browser, {"/user/settings": reply}) as visitor:
        assert isinstance(gitea.signed_in(visitor.page, SITE), Stuck)


@pytest.mark.parametrize("ends", [True, False])
def test_a_session_that_gitea_only_had_forgotten_by_the_window_is_still_good(
    browser: Browser, *, ends: bool
) -> None:
    sessions = {"i_like_gitea=ada"}

    def settings(headers: Mapping[str, str]) -> Reply:
        return page(200, FORM) if headers.get("Cookie") in sessions else sent("/user/login")

    def logout(_headers: Mapping[str, str]) -> Reply:
        if ends:
            sessions.clear()
        return page(200, "", Set_Cookie="i_like_gitea=; Max-Age=0; HttpOnly; Path=/")

    replies = {
        "/callback": page(200, "", Set_Cookie="i_like_gitea=ada; HttpOnly; Path=/"),
        "/user/settings": settings,
        "/user/logout": logout,
    }
    with app(browser, replies) as visitor:
        visitor.open("http://app.example/callback")
        held = gitea.held(visitor.page, SITE)
        assert held
        assert "ada" not in str(held)
        gitea.sign_out(visitor.page, SITE)
        assert gitea.signed_in(visitor.page, SITE) is False
        assert gitea.accepts(visitor.page, SITE, held) is not ends
        assert gitea.signed_in(visitor.page, SITE) is False


def test_gitea_is_entered_by_its_front_page(browser: Browser) -> None:
    replies = {
        "/": page(200, HOME),
        "/user/login": page(200, f'<a href="{LOGIN}">Identity</a>'),
        LOGIN: sent("http://auth.example/realms/platform"),
    }
    with app(browser, replies) as visitor:
        window = gitea.begin(visitor.page, SITE)
        assert window is visitor.page
        assert visitor.page.url == "http://auth.example/realms/platform"


@pytest.mark.parametrize("front", [sent("/user/login"), sent(LOGIN)])
def test_it_may_lead_on_by_itself(browser: Browser, front: Reply) -> None:
    replies = {
        "/": front,
        "/user/login": page(200, f'<a href="{LOGIN}">Identity</a>'),
        LOGIN: sent("http://auth.example/realms/platform"),
    }
    with app(browser, replies) as visitor:
        assert gitea.begin(visitor.page, SITE) is visitor.page
        assert visitor.page.url == "http://auth.example/realms/platform"


@pytest.mark.parametrize(
    ("replies", "because"),
    [
        ({"/": page(500, HOME)}, "its front page is HTTP 500"),
        ({"/": page(200)}, "there is no link to the sign-in"),
        ({"/": page(200, HOME)}, "there is no link to the identity provider"),
        ({"/": page(200, HOME.replace("<a", "<a hidden"))}, "there is no link to the sign-in"),
    ],
)
def test_a_front_page_without_a_way_in_is_no_way_in(
    browser: Browser, replies: Mapping[str, Reply], because: str
) -> None:
    with app(browser, replies) as visitor:
        stuck = gitea.begin(visitor.page, SITE)
    assert isinstance(stuck, Stuck)
    assert stuck.because == because


@pytest.mark.parametrize("name", ["gitea", "grafana", "harbor", "vault"])
def test_a_broken_front_page_is_one_everywhere(browser: Browser, name: str) -> None:
    with app(browser, {"/": page(502)}) as visitor:
        visitor.page.set_default_timeout(2000)
        stuck = APPLICATIONS[name].begin(visitor.page, SITE)
    assert isinstance(stuck, Stuck)
    assert stuck.because == "its front page is HTTP 502"


# Grafana


@pytest.mark.parametrize(("roles", "said"), [(ADMIN, True), ([*VIEWER, *ADMIN], True), (VIEWER, False)])
def test_grafana_s_roles_are_admin_or_viewer(
    browser: Browser, roles: list[dict[str, str]], *, said: bool
) -> None:
    with app(browser, {"/api/user/orgs": told(200, roles)}) as visitor:
        assert grafana.is_administrator(visitor.page, SITE) is said


@pytest.mark.parametrize(
    "reply", [told(200, EDITOR), told(200, []), told(200, {}), told(401), told(403), told(503), page(200)]
)
def test_any_other_role_and_none_say_nothing(browser: Browser, reply: Reply) -> None:
    with app(browser, {"/api/user/orgs": reply}) as visitor:
        assert isinstance(grafana.is_administrator(visitor.page, SITE), Stuck)


# Harbor


@pytest.mark.parametrize("flag", ["sysadmin_flag", "admin_role_in_auth"])
@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize(("status", "may"), [(200, True), (403, False)])
def test_harbor_must_do_as_it_says(
    browser: Browser, flag: str, status: int, *, called: bool, may: bool
) -> None:
    me = {"username": "ada", "sysadmin_flag": False, flag: called}
    replies = {"/api/v2.0/users/current": told(200, me), "/api/v2.0/configurations": told(status)}
    with app(browser, replies) as visitor:
        said = harbor.is_administrator(visitor.page, SITE)
    assert said is may if called is may else isinstance(said, Stuck)


@pytest.mark.parametrize("status", [401, *BROKEN])
def test_a_harbor_that_neither_allows_nor_refuses_says_nothing(browser: Browser, status: int) -> None:
    replies = {"/api/v2.0/users/current": told(200, {}), "/api/v2.0/configurations": told(status)}
    with app(browser, replies) as visitor:
        assert isinstance(harbor.is_administrator(visitor.page, SITE), Stuck)


# Grafana and Harbor: an API that takes the session


@pytest.mark.parametrize(("name", "path"), [("grafana", "/api/user"), ("harbor", "/api/v2.0/users/current")])
@pytest.mark.parametrize(
    ("status", "said"), [(200, True), (401, False), (403, None), (404, None), (500, None)]
)
def test_a_session_is_taken_or_refused(
    browser: Browser,
    name: str,
    path: str,
    status: int,
    said: bool | None,  # noqa: FBT001 - what is said
) -> None:
    with app(browser, {path: told(status, {})}) as visitor:
        seen = APPLICATIONS[name].signed_in(visitor.page, SITE)
        again = APPLICATIONS[name].accepts(visitor.page, SITE, Held())
    for each in (seen, again):
        assert isinstance(each, Stuck) if said is None else each is said


# Matrix


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (told(200, {}), True),
        (told(403, {"errcode": "M_FORBIDDEN"}), False),
        (told(403, {"errcode": "M_USER_DEACTIVATED"}), None),
        (page(403, "nginx"), None),
        (told(404, {"errcode": "M_UNRECOGNIZED"}), None),
        (told(401, {"errcode": "M_UNKNOWN_TOKEN"}), None),
        (page(502), None),
    ],
)
def test_synapse_itself_must_refuse(browser: Browser, reply: Reply, said: bool | None) -> None:  # noqa: FBT001 - what is said
    with app(browser, {"/_synapse/admin/v1/registration_tokens": reply}) as visitor:
        seen = matrix.is_administrator(visitor.page, SITE)
    assert isinstance(seen, Stuck) if said is None else seen is said


# Vault


def of_a_token(good: Reply, otherwise: Reply) -> Callable[[Mapping[str, str]], Reply]:
    return lambda headers: good if headers.get("X-Vault-Token") == "hvs.good" else otherwise


KEEP = """localStorage.setItem("vault-oidc☃1", JSON.stringify({token: "hvs.good"}))"""
SELF = "/v1/auth/token/lookup-self"


@pytest.mark.parametrize(
    ("policies", "itself", "said"),
    [
        (told(200, {}), told(200, {}), True),
        (told(403), told(200, {}), False),
        (told(403), told(403), None),
        (told(403), told(503), None),
        (told(404), told(200, {}), None),
        (told(503), told(503), None),
    ],
)
def test_a_refusal_of_vault_s_counts_with_a_good_token_only(
    browser: Browser,
    policies: Reply,
    itself: Reply,
    said: bool | None,  # noqa: FBT001 - what is said
) -> None:
    refused = told(403)
    replies = {"/v1/sys/policies/acl": of_a_token(policies, refused), SELF: of_a_token(itself, refused)}
    with app(browser, replies) as visitor:
        visitor.page.evaluate(KEEP)
        seen = vault.is_administrator(visitor.page, SITE)
    assert isinstance(seen, Stuck) if said is None else seen is said


def test_without_a_token_nobody_is_known_to_be_no_administrator(browser: Browser) -> None:
    with app(browser, {"/v1/sys/policies/acl": told(403), SELF: told(403)}) as visitor:
        assert isinstance(vault.is_administrator(visitor.page, SITE), Stuck)


@pytest.mark.parametrize(("status", "said"), [(200, True), (403, False), (404, None), (503, None)])
def test_a_token_that_the_window_forgot_is_presented(
    browser: Browser,
    status: int,
    said: bool | None,  # noqa: FBT001 - what is said
) -> None:
    with app(browser, {SELF: of_a_token(told(status, {}), told(403))}) as visitor:
        visitor.page.evaluate(KEEP)
        held = vault.held(visitor.page, SITE)
        visitor.page.evaluate("localStorage.clear()")
        assert vault.signed_in(visitor.page, SITE) is False
        seen = vault.accepts(visitor.page, SITE, held)
    assert isinstance(seen, Stuck) if said is None else seen is said
    assert "hvs.good" not in repr(held)
