"""What is in Vault from the start: where secrets lie, who may log in and read what, and the clients' secrets.

A client's secret is drawn once, here, and kept in Vault: the provider and the application are both told from there.
What is right already is not written again.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_02_services import external_secrets, vault_api
from provisioning.lab.units.layer_02_services.vault_api import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisioning.lab.lab import Lab
    from provisioning.lab.units.layer_02_services.vault_api import Vault

KV, KUBERNETES = "kv", "kubernetes"
"""Where they are mounted: the secrets, and the login of the cluster's own accounts."""
AUDIENCE = "vault"
"""Whom a token of the cluster must have been made for, to be a login here."""
READ_SECRETS, SNAPSHOT, ADMIN = "external-secrets", "snapshot", "admin"
POLICIES = {
    READ_SECRETS: f'path "{KV}/data/*" {{ capabilities = ["read"] }}\n'
    f'path "{KV}/metadata/*" {{ capabilities = ["read", "list"] }}\n',
    SNAPSHOT: 'path "sys/storage/raft/snapshot" { capabilities = ["read"] }\n',
    ADMIN: 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }\n',
}


def roles(lab: Lab) -> dict[str, dict[str, Any]]:
    """Return who logs in with an account of the cluster: External Secrets, and the job that takes snapshots."""
    return {
        READ_SECRETS: _role(external_secrets.ACCOUNT, external_secrets.NAMESPACE, READ_SECRETS),
        SNAPSHOT: _role("vault-snapshot", vault_api.namespace(lab), SNAPSHOT),
    }


def _role(account: str, namespace: str, policy: str) -> dict[str, Any]:
    return {
        "bound_service_account_names": [account],
        "bound_service_account_namespaces": [namespace],
        "audience": AUDIENCE,
        "token_policies": [policy],
        "token_ttl": 600,
    }


def differing(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether something that is wanted is not so."""
    return any(known.get(key) != value for key, value in wanted.items())


def correct(lab: Lab) -> None:
    """Make Vault's content right, where it is not. Raises as the requests of `Vault`."""
    vault = vault_api.as_root(lab)
    if f"{KV}/" not in _data(vault, "sys/mounts"):
        vault.send("POST", f"sys/mounts/{KV}", {"type": "kv", "options": {"version": "2"}})
    if f"{KUBERNETES}/" not in _data(vault, "sys/auth"):
        vault.send("POST", f"sys/auth/{KUBERNETES}", {"type": "kubernetes"})
    # Whose tokens they are, it asks the API as itself.
    _set(vault, f"auth/{KUBERNETES}/config", {"kubernetes_host": "https://kubernetes.default.svc"})
    for name, policy in POLICIES.items():
        _set(vault, f"sys/policies/acl/{name}", {"policy": policy})
    for name, role in roles(lab).items():
        _set(vault, f"auth/{KUBERNETES}/role/{name}", role)
    for name, party in lab.inventory.relying_parties.items():
        _draw_once(vault, f"sso/{name}", party.client_id)


def _data(vault: Vault, path: str) -> dict[str, Any]:
    return (vault.get(path) or {}).get("data") or {}


def _set(vault: Vault, path: str, wanted: Mapping[str, Any]) -> None:
    if differing(_data(vault, path), wanted):
        vault.send("POST", path, wanted)


def _draw_once(vault: Vault, path: str, client_id: str) -> None:
    if vault.get(f"{KV}/data/{path}") is None:
        data = {"client_id": client_id, "client_secret": secrets.token_urlsafe(32)}
        # Refused if somebody has written it meanwhile, or if the replica that was asked did not know of it yet.
        vault.send("POST", f"{KV}/data/{path}", {"options": {"cas": 0}, "data": data})


def refused(lab: Lab) -> str:
    """Make it right, and return what Vault refused; a mount that is new takes nothing for a moment."""
    try:
        correct(lab)
    except Refused as refusal:
        return str(refusal)
    return ""


UNIT: Unit[Lab] = Unit(
    name="vault_configuration",
    layer=Layer.SERVICES,
    needs=("vault",),
    gate=Gate(
        observe=refused,
        until=lambda why: not why,
        expected="Vault has its mounts, its policies and the clients' secrets",
        patience="secrets",
    ),
)
