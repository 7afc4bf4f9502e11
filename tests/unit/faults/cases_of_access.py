"""The identity provider and who relies on it, in a well lab and as each known cause changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AUTH = "auth.example.org"
ISSUER = f"https://{AUTH}/realms/platform"
CERTIFICATE = "CN=auth.example.org, by CN=an authority, until 2027-02-22 18:00 UTC, trusted"
PAGE = "the sign-in page"

WELL: Mapping[str, Mapping[str, Any]] = {
    "provider": {
        "certificate": CERTIFICATE,
        "trusted": "True",
        "discovery": "ok",
        "issuer": ISSUER,
        "endpoints": AUTH,
        "algorithms": "RS256 HS256",
    },
    "parties": {
        "gitea": {
            "start": f"to {AUTH}",
            "page": PAGE,
            "client": "invalid_grant",
            "administrators": "gitea-admins",
        },
        "matrix": {"start": f"to {AUTH}", "page": PAGE, "client": "invalid_grant"},
    },
    "realm": {
        "code lifetime": "5",
        "groups": "id.token.claim userinfo.token.claim",
        "deny-access": "REQUIRED",
        "outsiders": "CONDITIONAL",
        "clock ahead": "0",
        "redirects of gitea": "https://git.example.org/callback",
        "public client of gitea": "False",
        "signature for gitea": "",
    },
    "waiting": {},
    "clocks": {"worker0": "0", "worker1": "-1"},
}
PLAN: Mapping[str, Any] = {
    "issuer": ISSUER,
    "code lifetime": "5",
    "administrators": {"gitea": "gitea-admins", "matrix": ""},
}


def _party(name: str, **changes: str) -> dict[str, dict[str, dict[str, str]]]:
    return {"parties": {name: {**WELL["parties"][name], **changes}}}


CASES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "admin-group-forgotten": (_party("gitea", administrators="a-group-of-nobody"), ""),
    "authentik-503": ({"provider": {"discovery": "HTTP 503"}}, ""),
    "client-public": ({"realm": {"public client of gitea": "True"}}, ""),
    "code-lifetime-long": ({"realm": {"code lifetime": "3600"}}, ""),
    "gitea-crashloop-10h": (
        {
            "waiting": {
                "gitea/gitea-6 configure-gitea": (
                    'CreateContainerConfigError: secret "gitea-oauth-client-secret" not found'
                )
            }
        },
        "",
    ),
    "groups-claim-absent": ({"realm": {"groups": ""}}, ""),
    "hs256-no-signing-key": ({"realm": {"signature for gitea": "HS256"}}, ""),
    "node-clock-off": ({"clocks": {"worker1": "600"}}, ""),
    "nonexistent-group": ({"realm": {"outsiders": "DISABLED"}}, ""),
    "oidc-internal-authorize-url": (
        {
            "provider": {
                "issuer": "http://identity.identity.svc/realms/platform",
                "endpoints": "identity.identity.svc",
            }
        },
        "",
    ),
    "one-variable-two-meanings": (_party("matrix", start="to identity.identity.svc"), ""),
    "provider-certificate-untrusted": ({"provider": {"trusted": "False"}}, ""),
    "provider-clock-off": ({"realm": {"clock ahead": "600"}}, ""),
    "redirect-uri-missing": (
        _party("gitea", page="the provider refuses with HTTP 400: Invalid parameter: redirect_uri"),
        "",
    ),
    "redirect-uri-open": ({"realm": {"redirects of gitea": "*"}}, ""),
    "sso-two-sources": (_party("gitea", client="unauthorized_client"), ""),
    "synapse-route-404": (_party("matrix", start="HTTP 404"), ""),
}
"""By cause: what it changes of the well platform, and what a scenario says of it."""
