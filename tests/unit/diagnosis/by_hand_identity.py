"""Identity: a healthy cluster, and what each fault changes of it. Written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from diagnosis.chapters.identity import (
    DISABLED,
    ID_TOKEN,
    USERINFO,
    Described,
    Login,
    Look,
    Plan,
    Realm,
    Registered,
    Step,
)
from diagnosis.look import Unseen
from probes.http import Response
from probes.oidc.signin import CREDENTIALS, FORBIDDEN, REDIRECT_URI, Denied, LoginPage
from probes.oidc.tokens import RefusedExchange
from probes.oidc.walk import Page
from probes.outcomes import Untrusted
from probes.relying_parties.model import Start
from probes.restarts import Missing, WaitedFor, Waiting
from probes.tls import Handshake
from probes.vault import Logins

HOST = "auth.example.org"
ISSUER = f"https://{HOST}/realms/platform"
INTERNAL = "identity.identity.svc.cluster.local"
TRUSTED = Handshake(
    fingerprints=("aa",),
    subject=f"CN={HOST}",
    issuer="CN=an authority",
    sans=(HOST,),
    not_before=datetime(2026, 11, 1, tzinfo=UTC),
    not_after=datetime(2027, 2, 1, tzinfo=UTC),
    verified=True,
)


def _start(party: str, host: str = HOST) -> Start:
    callback = f"https://{party}.example.org/callback"
    return Start("", host, party, callback, ("openid",), "code", "", "")


SIGN_IN = LoginPage(Page("", 200))
UNAVAILABLE, NO_CODE = Response(503), RefusedExchange(400, "invalid_grant")
KNOWN_BY_ANOTHER_SECRET = RefusedExchange(401, "unauthorized_client")
UNTRUSTED = Untrusted("unable to get local issuer certificate")
NO_DOCUMENT = Unseen(f"LookupError: its token endpoint is not at {HOST}")
REGISTERED = Registered(("https://gitea.example.org/callback",), public=False, signature="")
LACKING = Missing("Secret", "gitea-oauth-client-secret")
HELD_BACK = Waiting("gitea", "gitea-6", "configure-gitea", "CreateContainerConfigError", LACKING)
ELSEWHERE = (
    Waiting("a", "b", "", "Unschedulable"),
    Waiting("a", "c", "c", "CreateContainerConfigError", Missing("ConfigMap", "roots")),
    Waiting("a", "d", "d", "ImagePullBackOff"),
)


def _flow(outsiders: str = "CONDITIONAL") -> tuple[Step, ...]:
    return (
        Step("known to the realm", "REQUIRED", 0),
        Step("auth-cookie", "ALTERNATIVE", 1),
        Step("outsiders", outsiders, 0),
        Step("conditional-user-role", "REQUIRED", 1),
        Step("deny-access-authenticator", "REQUIRED", 1),
    )


REALM = Realm(
    code_lifetime=20.0,
    groups_in=frozenset({ID_TOKEN, USERINFO}),
    flow=_flow(),
    clients={"gitea": REGISTERED, "vault": replace(REGISTERED, signature="RS256")},
)
LOOK = Look(
    plan=Plan(HOST, 20.0, {"gitea": "gitea-admins", "matrix": ""}),
    shown=TRUSTED,
    described={ISSUER: Described(ISSUER, ISSUER, frozenset({HOST}))},
    logins={name: Login(_start(name), SIGN_IN) for name in ("gitea", "matrix", "vault")},
    exchanges={"gitea": NO_CODE, "vault": NO_CODE},
    realm=REALM,
    ahead=-1.0,
    gitea_groups=("gitea-admins",),
    waiting=ELSEWHERE,
)


def _with(**fields: Any) -> Sequence[Look]:
    return (replace(LOOK, **fields),)


def _realm(**fields: Any) -> Sequence[Look]:
    return _with(realm=replace(REALM, **fields))


def _gitea(**fields: Any) -> Sequence[Look]:
    return _realm(clients={**REALM.clients, "gitea": replace(REGISTERED, **fields)})


def _login(name: str, *came: Any) -> Mapping[str, Login]:
    assert not isinstance(LOOK.logins, Unseen)
    return {**LOOK.logins, name: Login(*came)}


def _described(answer: object) -> Mapping[str, Any]:
    return {ISSUER: answer}


REFUSED = Denied(REDIRECT_URI, 400, "Invalid parameter: redirect_uri")
HEALTHY: Sequence[object] = (LOOK,)
HEALTHY_FACTS: Sequence[object] = (
    # What a stranger is answered, who a wrong password has, and who is in no group.
    KNOWN_BY_ANOTHER_SECRET,
    Denied(CREDENTIALS, 200, "Invalid username or password."),
    Denied(FORBIDDEN, 401, "Access denied"),
    Logins({"kubernetes/": "kubernetes", "oidc/": "oidc", "token/": "token"}),
)
LOOKS: Mapping[str, Sequence[object]] = {
    "admin_group_forgotten": _with(gitea_groups=("a-group-of-nobody",)),
    "client_public": _gitea(public=True),
    "client_secret_differs": _with(exchanges={"gitea": KNOWN_BY_ANOTHER_SECRET, "vault": NO_CODE}),
    "code_lifetime_long": _realm(code_lifetime=3600.0),
    "gitea_before_its_secret": _with(
        waiting=(*ELSEWHERE, HELD_BACK),
        logins=_login("gitea", Page("", 503)),
        exchanges={"gitea": Unseen("LookupError: there is no secret"), "vault": NO_CODE},
    ),
    "groups_claim_absent": _realm(groups_in=frozenset()),
    "identity_provider_503": _with(
        described=_described(UNAVAILABLE),
        logins=_login("gitea", _start("gitea"), Denied("", 503, "503 Service Temporarily Unavailable")),
        exchanges={"gitea": NO_DOCUMENT, "vault": NO_DOCUMENT},
        realm=Unseen("OSError: Keycloak does not let 'admin' in: HTTP 503"),
        ahead=Unseen("OSError: Keycloak does not let 'admin' in: HTTP 503"),
    ),
    "issuer_internal": _with(
        described=_described(Described(ISSUER, f"http://{INTERNAL}/realms/platform", frozenset({INTERNAL}))),
        logins=_login("matrix", _start("matrix", INTERNAL), Unseen("CannotObserve: no such name")),
        exchanges={"gitea": NO_DOCUMENT, "vault": NO_DOCUMENT},
    ),
    "one-variable-two-meanings": _with(logins=_login("matrix", _start("matrix", INTERNAL))),
    "outsiders_let_in": _realm(flow=_flow(DISABLED)),
    "provider_certificate_untrusted": _with(
        shown=replace(TRUSTED, verified=False, why_not=UNTRUSTED.reason),
        logins=_login("gitea", _start("gitea"), UNTRUSTED),
        exchanges={"gitea": NO_DOCUMENT, "vault": NO_DOCUMENT},
        realm=Unseen("ConnectionError: certificate not trusted"),
    ),
    "provider_clock_off": _with(ahead=600.0),
    "redirect_uri_missing": _with(logins=_login("gitea", _start("gitea"), REFUSED)),
    "redirect_uri_open": _gitea(redirect_uris=("*",)),
    "signed_with_a_secret": _gitea(signature="HS256"),
    "synapse_route_404": _with(logins=_login("matrix", Page("", 404))),
    "vault-oidc-silently-skipped": (),
}
"""By fault, or by a cause without one: the look that the incidents match on."""
FACTS: Mapping[str, Sequence[object]] = {
    "vault-oidc-silently-skipped": (Logins({"kubernetes/": "kubernetes", "token/": "token"}),),
}
"""By fault: what its scenario observed, where that matters."""
OTHER_SIGNS: Mapping[str, Sequence[object]] = {
    "groups-claim-absent": _realm(groups_in=frozenset({ID_TOKEN})),
    "oidc-internal-authorize-url": _with(
        described=_described(Described(ISSUER, ISSUER, frozenset({HOST, INTERNAL})))
    ),
    "nonexistent-group": _realm(flow=_flow()[:2]),
    "provider-clock-off": _with(ahead=-600.0),
}
"""By cause: looks by which it is recognised as well."""
OBSERVED: Mapping[str, object] = {
    "gitea-crashloop-10h": WaitedFor("gitea-6", LACKING, "Error: secret not found"),
    "redirect-uri-missing": REFUSED,
}
"""By cause: what a scenario observed by which it is recognised without a look."""
