"""What the look at identity is made of: typed, of the platform only, and without a client's secret."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from diagnosis import facts
from diagnosis.causes import discover
from diagnosis.chapters import identity
from diagnosis.incident import Evidence
from diagnosis.look import Subject, Unseen
from diagnosis.scenario import Name
from faults import subject
from probes.http import Response
from probes.oidc.discovery import Discovery
from probes.oidc.tokens import Client, RefusedExchange
from probes.outcomes import Refused
from tests.unit.diagnosis import by_hand_identity
from tests.unit.faults.made import target

KEPT = "battery-staple"
ISSUER = "https://auth.test-cluster.agentydragon.com/realms/platform"


def _pod(namespace: str) -> Any:
    held = {"name": "c", "state": {"waiting": {"reason": "CreateContainerConfigError"}}}
    return {"metadata": {"namespace": namespace, "name": "a"}, "status": {"containerStatuses": [held]}}


CLUSTER = SimpleNamespace(
    list=lambda *_asked: [_pod("gitea"), _pod("clusterspec-7-scratch")],
    get=lambda *_asked, **_how: {
        "data": dict.fromkeys(("secret", "client_secret"), b64encode(KEPT.encode()).decode())
    },
)
CONFIG = {"claim.name": "groups", "id.token.claim": "true", "userinfo.token.claim": "false"}
FLOW = "/authentication/flows/browser%20for%20the%20allowed/executions"
REALM: dict[str, Any] = {
    "": {"accessCodeLifespan": 20, "browserFlow": "browser for the allowed"},
    "/client-scopes": [
        {"name": "email"},
        {"name": "groups", "protocolMappers": [{"config": CONFIG}]},
        # That one comes with every realm.
        {
            "name": "microprofile-jwt",
            "protocolMappers": [{"config": {**CONFIG, "userinfo.token.claim": "true"}}],
        },
    ],
    FLOW: [
        {"displayName": "outsiders", "authenticationFlow": True, "requirement": "CONDITIONAL", "level": 0},
        {
            "displayName": "x",
            "providerId": "deny-access-authenticator",
            "requirement": "REQUIRED",
            "level": 1,
        },
    ],
    "/clients": [
        {"clientId": "gitea", "redirectUris": ["https://git/*"], "publicClient": True, "secret": KEPT},
        {"clientId": "account", "secret": KEPT},
        {"clientId": "vault", "attributes": {"id.token.signed.response.alg": "HS256"}},
    ],
}


def _subject(answers: Any = REALM) -> Subject:
    once: Any = lambda key, ask: CLUSTER if key is Subject.api else ask()  # noqa: E731 - instead of `Once`
    made = replace(subject.of(target()), administration=answers.__getitem__, once=once)
    return replace(made, vantages={"internet": SimpleNamespace(name="the internet")})


def _seen(sight: str, one: Subject) -> Any:
    return identity.SIGHTS[sight](one)


def test_a_realm_is_read_without_its_secrets() -> None:
    found = _seen("realm", _subject())
    assert found == identity.Realm(
        code_lifetime=20.0,
        groups_in=frozenset({identity.ID_TOKEN}),
        flow=(
            identity.Step("outsiders", "CONDITIONAL", 0),
            identity.Step("deny-access-authenticator", "REQUIRED", 1),
        ),
        clients={
            "gitea": identity.Registered(("https://git/*",), public=True, signature=""),
            "vault": identity.Registered((), public=False, signature="HS256"),
        },
    )
    assert found.clients["gitea"].open
    assert KEPT not in json.dumps(facts.encode(found))


def test_a_step_is_taken_unless_it_or_a_flow_around_it_is_disabled() -> None:
    flow = tuple(
        identity.Step(name, requirement, level)
        for name, requirement, level in (
            ("a", "REQUIRED", 0),
            ("b", identity.DISABLED, 1),
            ("c", "REQUIRED", 2),
            ("d", "ALTERNATIVE", 1),
            ("e", identity.DISABLED, 0),
            ("f", "REQUIRED", 0),
        )
    )
    assert replace(by_hand_identity.REALM, flow=flow).taken == {"a", "d", "f"}


def test_the_provider_s_clock_is_held_against_this_machine_s() -> None:
    there = (datetime.now(UTC) + timedelta(minutes=10)).strftime("%a %b %d %H:%M:%S UTC %Y")
    clock = {"/admin/serverinfo": {"systemInfo": {"serverTime": there}}}
    assert _seen("ahead", _subject(clock)) == pytest.approx(600, abs=3)


def test_what_waits_in_a_namespace_of_a_scenario_is_left_out() -> None:
    assert [one.namespace for one in _seen("waiting", _subject())] == ["gitea"]


def _exchanged(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> tuple[Any, list[str]]:
    sent: list[str] = []

    def exchange(_where: Any, _url: str, client: Client, *_rest: Any, **_how: Any) -> RefusedExchange:
        assert client.secret is not None
        sent.append(client.secret.reveal())
        return RefusedExchange(400, "invalid_grant")

    described = Discovery(ISSUER, {"token_endpoint": endpoint})
    monkeypatch.setattr(identity.discovery, "discover", lambda *_asked, **_how: described)
    monkeypatch.setattr(identity.tokens, "exchange", exchange)
    return _seen("exchanges", _subject()), sent


def test_each_application_is_asked_for_with_the_secret_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    found, sent = _exchanged(monkeypatch, f"{ISSUER}/token")
    assert found == dict.fromkeys(("gitea", "vault", "matrix"), RefusedExchange(400, "invalid_grant"))
    assert sent == [KEPT] * 3
    assert KEPT not in json.dumps(facts.encode(found))


@pytest.mark.parametrize("endpoint", ["http://identity.svc/token", ISSUER.replace("https", "http"), ""])
def test_no_secret_is_sent_anywhere_else_than_to_the_provider(
    monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    found, sent = _exchanged(monkeypatch, endpoint)
    assert sent == []
    assert {type(each) for each in found.values()} == {Unseen}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Response(503), Response(503)),
        (Refused(), Refused()),
        (
            Response(200, body=json.dumps({"issuer": "x", "jwks_uri": "https://y:1/keys"}).encode()),
            identity.Described(ISSUER, "x", frozenset({"y:1"})),
        ),
    ],
)
def test_a_discovery_document_is_told_by_its_issuer_and_hosts(
    monkeypatch: pytest.MonkeyPatch, answer: Any, expected: object
) -> None:
    monkeypatch.setattr(identity.http, "get", lambda *_asked, **_how: answer)
    assert identity.described(_subject()) == {ISSUER: expected}


def _observed(scenario: str, cause: str) -> Evidence:
    document = json.loads(json.dumps(facts.encode([by_hand_identity.OBSERVED[cause]])))
    return Evidence(Name("identity/x", scenario), tuple(document))


@pytest.mark.parametrize("cause", by_hand_identity.OBSERVED)
def test_a_cause_is_recognised_by_what_its_scenario_observed(cause: str) -> None:
    assert discover()[cause].matches(_observed("x", cause))


def test_a_redirect_uri_that_was_altered_is_refused_as_it_should_be() -> None:
    cause = "redirect-uri-missing"
    assert not discover()[cause].matches(_observed("redirect-uri-exact", cause))
