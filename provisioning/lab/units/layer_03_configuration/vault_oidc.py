"""Vault's login by the identity provider: whoever is let in there is let in here, and a group there administers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from probes.jsonobjects import part
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import credentials, login_start
from provisioning.lab.units.layer_02_services import identity_provider, vault_api, vault_configuration
from provisioning.lab.units.layer_03_configuration.public_roots import authorities

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab
    from provisioning.lab.units.layer_02_services.vault_api import Vault

PARTY, MOUNT, SECRET = "vault", "oidc", "vault-oauth-client-secret"
_LIFETIMES = {"default_lease_ttl": "1h", "max_lease_ttl": "24h"}


def configure(lab: Lab) -> str:
    """Put the login there as declared, again if need be, and return what Vault refused."""
    vault = vault_api.as_root(lab)
    try:
        if f"{MOUNT}/" not in part(vault.get("sys/auth") or {}, "data"):
            vault.send("POST", f"sys/auth/{MOUNT}", {"type": "oidc"})
        vault.send("POST", f"sys/auth/{MOUNT}/tune", {"listing_visibility": "unauth", **_LIFETIMES})
        vault.send("POST", f"auth/{MOUNT}/config", _provider(lab))
        vault.send("POST", f"auth/{MOUNT}/role/{_role_name(lab)}", _role(lab))
        _administrators(lab, vault)
    except vault_api.Refused as refusal:
        return str(refusal)
    return ""


def _provider(lab: Lab) -> dict[str, Any]:
    party = lab.inventory.relying_parties[PARTY]
    secret = credentials.given(lab, SECRET, "client_secret", vault_api.namespace(lab))
    return {
        "oidc_discovery_url": identity_provider.settings(lab).issuer_of(party.client_id),
        "oidc_discovery_ca_pem": authorities(lab),
        "oidc_client_id": party.client_id,
        "oidc_client_secret": secret.reveal(),
        "default_role": _role_name(lab),
    }


def _role_name(lab: Lab) -> str:
    return lab.inventory.relying_parties[PARTY].role or "default"


def _role(lab: Lab) -> dict[str, Any]:
    party = lab.inventory.relying_parties[PARTY]
    return {
        "role_type": "oidc",
        "allowed_redirect_uris": [party.redirect_uri],
        "bound_audiences": [party.client_id],
        "user_claim": party.username_claim,
        "groups_claim": "groups",
        "claim_mappings": {"email": "email"},
        # Vault asks for "openid" of its own accord.
        "oidc_scopes": [scope for scope in party.scopes if scope != "openid"],
        "token_policies": ["default"],
        "token_ttl": "1h",
        "token_max_ttl": "24h",
    }


def _administrators(lab: Lab, vault: Vault) -> None:
    """The provider's group of that name is one of Vault's, whose members come and go with each login."""
    name = lab.inventory.relying_parties[PARTY].admin_group
    if name is None:
        return
    group = {"name": name, "type": "external", "policies": [vault_configuration.ADMIN]}
    vault.send("POST", f"identity/group/name/{name}", group)
    known = part(vault.get(f"identity/group/name/{name}") or {}, "data")
    accessor = part(vault.get("sys/auth") or {}, "data", f"{MOUNT}/").get("accessor")
    alias: dict[str, Any] = known.get("alias") or {}
    if (alias.get("name"), alias.get("mount_accessor")) != (name, accessor):
        body = {"name": name, "mount_accessor": accessor, "canonical_id": known.get("id")}
        vault.send("POST", "identity/group-alias", body)


def lacking(lab: Lab) -> tuple[str, ...]:
    """Put the login there and return what stands between a visitor on the internet and the provider's login page."""
    refused = configure(lab)
    return (refused,) if refused else login_start.astray(lab, PARTY)


UNIT: Unit[Lab] = Unit(
    name="vault_oidc",
    layer=Layer.CONFIGURATION,
    needs=("vault_ingress", "identity_published", "relying_parties", "external_secrets_config"),
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="a login at Vault begins at the identity provider's public address",
        patience="login_start",
    ),
)
