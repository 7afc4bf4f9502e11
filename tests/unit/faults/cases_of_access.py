"""Secrets, the identity provider and who relies on it, in a well lab and as each known cause changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AUTH = "auth.example.org"
ISSUER = f"https://{AUTH}/realms/platform"
CERTIFICATE = "CN=auth.example.org, by CN=an authority, until 2027-02-22 18:00 UTC, trusted"
PAGE = "the sign-in page"
CACHE, WORLD = "https://registry.example.org/docker-hub-proxy", "https://registry-upstream.example"
IMAGES = "worker1 registry-upstream.example"

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
    "vaults": {"instance-0": "unsealed", "instance-1": "unsealed", "instance-2": "unsealed"},
    "synced": {},
    "sealing": {"in the cluster": "4ac1", "of layer 00": "4ac1"},
    "waiting": {},
    "images": {IMAGES: f"{CACHE} {WORLD}"},
}
PLAN: Mapping[str, Any] = {
    "issuer": ISSUER,
    "code lifetime": "5",
    "administrators": {"gitea": "gitea-admins", "matrix": ""},
}
WORKLOADS: Mapping[str, list[int]] = {
    "Deployment external-secrets-system/external-secrets": [1, 1],
    "Deployment kube-system/reloader": [1, 1],
    "Deployment kube-system/sealed-secrets-controller": [1, 1],
    "Deployment registry/registry": [1, 1],
    "StatefulSet vault/instance": [3, 3],
}


def _party(name: str, **changes: str) -> dict[str, dict[str, dict[str, str]]]:
    return {"parties": {name: {**WELL["parties"][name], **changes}}}


def _absent(workload: str) -> dict[str, dict[str, list[int]]]:
    return {"workloads": {workload: [0, 0]}}


CASES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "admin-group-forgotten": (_party("gitea", administrators="a-group-of-nobody"), ""),
    "authentik-503": ({"provider": {"discovery": "HTTP 503"}}, ""),
    "backup-overdue": (
        {},
        "the age of the last success of kube-system/etcd-snapshot: 26 h, which is too long ago",
    ),
    "backup-useless": ({}, "the newest snapshot: /snapshots/etcd-20261124T210000Z.db of 2026-11-24, 0 bytes"),
    "client-public": ({"realm": {"public client of gitea": "True"}}, ""),
    "code-lifetime-long": ({"realm": {"code lifetime": "3600"}}, ""),
    "dependson-cycle": (
        {},
        "what is needed: 31 needs of 12: Secret a/b needs ExternalSecret a/b needs Secret a/b",
    ),
    "eso-generator-rotates": ({"synced": {"drawn gitea/drawn-anew": "0:00:05"}}, ""),
    "external-secrets-down": (_absent("Deployment external-secrets-system/external-secrets"), ""),
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
    "mirror-skipped": ({"images": {IMAGES: WORLD}}, ""),
    "mirror-without-fallback": ({"images": {IMAGES: f"{CACHE} {CACHE}/"}}, ""),
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
    "registry-down": (_absent("Deployment registry/registry"), ""),
    "rotation-restarter-down": (_absent("Deployment kube-system/reloader"), ""),
    "sealed-secrets-down": (_absent("Deployment kube-system/sealed-secrets-controller"), ""),
    "sealing-key-renewed": ({"sealing": {"in the cluster": "4ac1 77aa"}}, ""),
    "secret-change-unheard": (
        {},
        "who has a Secret from Vault: Deployment a/b with c, stays as it is when these change: c",
    ),
    "secret-in-git": (
        {},
        "44 values of Secrets in 900 objects: configmaps gitea/told: data.settings holds password of gitea/told",
    ),
    "secret-not-synced": ({"synced": {"secret gitea/of-nothing": "SecretSyncedError"}}, ""),
    "sso-two-sources": (_party("gitea", client="unauthorized_client"), ""),
    "store-unauthenticated": (
        {"synced": {"store vault-backend": "InvalidProviderConfig", "secret a/b": "SecretSyncedError"}},
        "",
    ),
    "synapse-route-404": (_party("matrix", start="HTTP 404"), ""),
    "vault-sealed": (
        {"vaults": {"instance-2": "sealed"}, "synced": {"store vault-backend": "InvalidProviderConfig"}},
        "",
    ),
}
"""By cause: what it changes of the well platform, and what a scenario says of it."""
