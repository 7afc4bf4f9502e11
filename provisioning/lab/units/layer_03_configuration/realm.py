"""The realm of the platform's people: who is let in, by which steps, and what is told of them.

All of it is declared here and put there by the provider's own interface, again with each bootstrap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provisioning.graph import Layer, Unit
from provisioning.identity.keycloak_flows import ALLOWED_ONLY, allowed_only, put_browser_flow
from provisioning.lab.units.layer_02_services import identity_provider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisioning.lab.lab import Lab

GROUPS: Mapping[str, Any] = {
    "name": "groups",
    "protocol": "openid-connect",
    "attributes": {"include.in.token.scope": "true"},
    "protocolMappers": [
        {
            "name": "groups",
            "protocolMapper": "oidc-group-membership-mapper",
            "config": {
                "claim.name": "groups",
                "full.path": "false",
                "id.token.claim": "true",
                "access.token.claim": "false",
                "userinfo.token.claim": "true",
            },
        }
    ],
}
"""The scope that tells the names of the groups that somebody is in."""
SOMEBODY_ELSE = "somebody-else"
"""A client that there is not."""


def foreign_audience(scope: str) -> Mapping[str, Any]:
    """Return a scope by which an ID token is signed as if for another client. It is there for scenarios only."""
    return {
        "name": scope,
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "true"},
        "protocolMappers": [
            {
                "name": claim,
                "protocolMapper": "oidc-hardcoded-claim-mapper",
                "config": {
                    "claim.name": claim,
                    "claim.value": SOMEBODY_ELSE,
                    "jsonType.label": "String",
                    "id.token.claim": "true",
                    "access.token.claim": "false",
                    "userinfo.token.claim": "false",
                },
            }
            for claim in ("aud", "azp")
        ],
    }


def start(lab: Lab) -> str:
    """Make the realm as declared."""
    identity, keycloak = identity_provider.settings(lab), identity_provider.administration(lab)
    keycloak.put_realm(
        {
            "enabled": True,
            "registrationAllowed": False,
            "resetPasswordAllowed": False,
            "loginWithEmailAllowed": True,
            "defaultSignatureAlgorithm": "RS256",
            "accessCodeLifespan": round(identity.code_lifetime),
        }
    )
    keycloak.put_group(identity.allowed_group, identity.allowed_group)
    administrators = {party.admin_group for party in lab.inventory.relying_parties.values()} - {None}
    for group in sorted(map(str, administrators)):
        keycloak.put_group(group)
    keycloak.put_scope(GROUPS)
    if identity.foreign_audience is not None:
        keycloak.put_scope(foreign_audience(identity.foreign_audience))
    put_browser_flow(keycloak, ALLOWED_ONLY, allowed_only(identity.allowed_group))
    return f"realm {keycloak.realm_name}, {1 + len(administrators)} groups"


UNIT: Unit[Lab] = Unit(
    name="realm",
    layer=Layer.CONFIGURATION,
    needs=("identity_provider",),
    start=start,
)
