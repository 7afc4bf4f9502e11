"""The applications as the identity provider knows them: clients, each with the secret that Vault keeps for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from provisioning.graph import Layer, Unit
from provisioning.lab.units import credentials
from provisioning.lab.units.layer_02_services import identity_provider

if TYPE_CHECKING:
    from inventory import RelyingParty
    from provisioning.lab.lab import Lab
    from provisioning.secret import Secret

CLIENTS = "identity-clients"
"""The Secret with one key for each relying party: the client's secret, as it is in Vault."""


def start(lab: Lab) -> str:
    """Make the clients as declared; one whose secret, redirect URI or scopes differ is put right."""
    keycloak = identity_provider.administration(lab)
    foreign = identity_provider.settings(lab).foreign_audience
    for name, party in lab.inventory.relying_parties.items():
        secret = credentials.given(lab, CLIENTS, name, identity_provider.namespace(lab))
        keycloak.put_client(client(party, secret, (foreign,) if foreign else ()))
    return f"clients {', '.join(lab.inventory.relying_parties)}"


def client(party: RelyingParty, secret: Secret, scopes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a client as Keycloak has it: confidential, by the authorization code only, back to one place only.

    Nobody is asked for consent, as on the platform: all clients are its own. scopes: which it may ask for, besides
    those that it does.
    """
    back = urlsplit(party.redirect_uri)
    return {
        "clientId": party.client_id,
        "protocol": "openid-connect",
        "enabled": True,
        "publicClient": False,
        "secret": secret,
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "consentRequired": False,
        "frontchannelLogout": False,
        "redirectUris": [party.redirect_uri],
        "webOrigins": [],
        "attributes": {"post.logout.redirect.uris": f"{back.scheme}://{back.netloc}/*"},
        "defaultClientScopes": ["basic"],
        "optionalClientScopes": [*(scope for scope in party.scopes if scope != "openid"), *scopes],
    }


UNIT: Unit[Lab] = Unit(
    name="relying_parties",
    layer=Layer.CONFIGURATION,
    needs=("realm", "external_secrets_config"),
    start=start,
)
