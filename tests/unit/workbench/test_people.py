"""People are made, changed and removed, with their accounts; and nothing of theirs is written down."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from probes import http
from probes.http import Response
from probes.outcomes import CannotObserve, Refused
from probes.waiting import Patience
from provisioning import secret
from provisioning.identity.administration import Person
from tests.unit.workbench.notes import DEAD, EVERYBODY_S, OLD, RUN
from workbench import accounts, people
from workbench.accounts import Accounts
from workbench.people import People


class Provider:
    """It knows people by name, with their groups; and is away for a while."""

    def __init__(self) -> None:
        self.known: dict[str, set[str]] = {}
        self.locked = set[str]()
        self.away = 0
        self.asked = 0

    def create_person(self, person: Person, groups: Any, *, enabled: bool = True) -> None:
        self.known[person.username] = set(groups)
        self._answer()
        if not enabled:
            self.locked.add(person.username)

    def remove_person(self, username: str) -> None:
        self._answer()
        self.known.pop(username, None)

    def people(self, prefix: str) -> tuple[str, ...]:
        self._answer()
        return tuple(sorted(name for name in self.known if name.startswith(prefix)))

    def join(self, username: str, group: str) -> None:
        self._answer()
        self.known[username].add(group)

    def leave(self, username: str, group: str) -> None:
        self.known[username].remove(group)

    def enable(self, username: str, enabled: bool) -> None:  # noqa: FBT001 - as the real one
        assert not enabled
        self.locked.add(username)

    def _answer(self) -> None:
        self.asked += 1
        if self.away:
            self.away -= 1
            raise OSError("HTTP 503: not now")


class Everywhere:
    """Accounts, one of which stays."""

    def __init__(self) -> None:
        self.removed: list[list[str]] = []

    def remove(self, names: list[str]) -> list[str]:
        self.removed.append(list(names))
        return ["the account at Gitea: away"] if names else []


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "REMOVED", Patience(within=5.0, every=0.001))


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def everywhere() -> Everywhere:
    return Everywhere()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def own(provider: Any, everywhere: Any, said: list[str]) -> People:
    vantage: Any = SimpleNamespace(name="the public internet")
    return People(provider, vantage, "allowed", everywhere, RUN, said.append)


def test_a_person_is_in_the_allowed_group_unless_outside(own: People, provider: Provider) -> None:
    member, outside, locked = own.make("admins"), own.make(outside=True), own.make(enabled=False)
    assert provider.known == {
        member.username: {"allowed", "admins"},
        outside.username: set(),
        locked.username: {"allowed"},
    }
    assert provider.locked == {locked.username}
    own.join(outside, "allowed")
    own.leave(member, "admins")
    own.disable(member)
    assert provider.known[outside.username] == provider.known[member.username] == {"allowed"}
    assert provider.locked == {locked.username, member.username}


def test_whoever_hears_of_secrets_hears_of_every_password(own: People) -> None:
    heard: dict[str, str] = {}
    with secret.heard_by(heard.__setitem__):
        person = own.make()
    assert heard[f"the password of {person.username}"] == person.password.reveal()


def test_people_go_with_their_accounts_and_what_stays_there_is_said(
    own: People, provider: Provider, everywhere: Everywhere, said: list[str]
) -> None:
    names = [own.make().username, own.make().username]
    provider.away = 1
    own.remove()
    assert provider.known == {}
    assert everywhere.removed == [names], "once, however often the provider is asked"
    assert said == ["the account at Gitea: away"]


def test_a_person_who_is_half_made_goes_too_and_a_provider_that_is_away_is_asked_once(
    own: People, provider: Provider
) -> None:
    provider.away = 2
    with pytest.raises(CannotObserve, match="a person clusterspec-"):
        own.make()
    with pytest.raises(CannotObserve, match=r"removed from the public internet: HTTP 503: not now"):
        own.remove()
    assert provider.asked == 2
    own.remove()
    assert provider.known == {}


def test_only_people_of_dead_runs_are_swept_with_their_accounts(
    own: People, provider: Provider, everywhere: Everywhere
) -> None:
    provider.known = {name: set() for name in EVERYBODY_S}
    assert set(own.sweep()) == {DEAD, OLD}
    assert set(provider.known) == {*EVERYBODY_S} - {DEAD, OLD}
    assert set(everywhere.removed[0]) == {DEAD, OLD}


def parties(**claims: str) -> Any:
    planned = {
        name: SimpleNamespace(
            username_claim=claim, login_start=f"https://{name}.example.org/login", administrator=None
        )
        for name, claim in claims.items()
    }
    return SimpleNamespace(relying_parties=planned, cluster=SimpleNamespace(domain="example.org"))


def test_accounts_are_removed_by_the_name_that_they_have_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, str]] = []

    def request(_vantage: Any, method: str, url: str, **_rest: Any) -> Any:
        asked.append((method, url))
        return Refused() if "gitea" in url else Response(404)

    monkeypatch.setattr(http, "request", request)
    (tmp_path / "password").write_text("a-password\n")
    inventory = parties(gitea="preferred_username", grafana="email", unheard_of="email")
    vantage: Any = SimpleNamespace(name="the public internet")
    own = Accounts(inventory, vantage, None, lambda _name: tmp_path / "password")
    (failure,) = own.remove(["ada", "bob"])
    assert failure.startswith("the account of ada at gitea: cannot observe")
    base = "https://grafana.example.org/api/users/lookup?loginOrEmail="
    assert asked == [
        ("DELETE", "https://gitea.example.org/api/v1/admin/users/ada?purge=true"),
        ("GET", f"{base}ada%40{accounts.MAIL}"),
        ("GET", f"{base}bob%40{accounts.MAIL}"),
    ]


def test_what_helps_to_deactivate_an_account_at_matrix_is_heard_of_and_goes_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, str]] = []
    answers = {"/register": b'{"nonce": "n", "access_token": "a-token", "user_id": "@helper:example.org"}'}

    def request(_vantage: Any, method: str, url: str, **_rest: Any) -> Any:
        asked.append((method, url.partition("example.org")[2]))
        return Response(200, body=next((answers[end] for end in answers if url.endswith(end)), b"{}"))

    monkeypatch.setattr(http, "request", request)
    (tmp_path / "registration").write_text("shared")
    vantage: Any = SimpleNamespace(name="the public internet")
    own = Accounts(parties(matrix="preferred_username"), vantage, None, lambda _: tmp_path / "registration")
    heard: dict[str, str] = {}
    with secret.heard_by(heard.__setitem__):
        assert own.remove(["ada"]) == []
    assert "a-token" in heard.values()
    assert len([name for name in heard if name.startswith("the password of clusterspec-helper-")]) == 1
    deactivate = "/_synapse/admin/v1/deactivate/"
    assert asked[-2:] == [
        ("POST", f"{deactivate}%40ada%3Aexample.org"),
        ("POST", f"{deactivate}%40helper%3Aexample.org"),
    ]
