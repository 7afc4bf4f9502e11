"""Which Secrets there are, and where each value comes from: Vault, or drawn once in the cluster.

The applications' namespaces are made here: a Secret is there before who needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_02_services import external_secrets, vault_api, vault_configuration
from provisioning.lab.units.layer_02_services.vault_certificate import CERTIFICATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from provisioning.lab.lab import Lab

STORE = "vault-backend"
_GROUP = "/apis/external-secrets.io/v1beta1"


@dataclass(frozen=True, slots=True)
class Kept:
    """A Secret from Vault: `values` says for each of its keys which property of which path it is."""

    service: str
    name: str
    values: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A Secret that is drawn once: `template` says for each of its keys what is made of the drawn `password`."""

    service: str
    name: str
    length: int
    template: Mapping[str, str]


_PASSWORD = "{{ .password }}"  # noqa: S105 - External Secrets' own template of one
DRAWN = (
    Drawn("identity", "identity-admin", 32, {"username": "admin", "password": _PASSWORD}),
    Drawn("gitea", "gitea-admin-password", 24, {"username": "gitea-admin", "password": _PASSWORD}),
    # 43 characters of base64 are the 32 bytes of the key that Synapse signs with.
    Drawn("matrix", "synapse-signing-key", 43, {"signing.key": f"ed25519 a_lab {_PASSWORD}"}),
    Drawn("matrix", "synapse-registration-secret", 32, {"secret": _PASSWORD}),
    Drawn("matrix", "synapse-macaroon-secret", 32, {"secret": _PASSWORD}),
)


def kept(parties: Iterable[str]) -> tuple[Kept, ...]:
    """Return the Secrets from Vault, for these relying parties: each one's own, and all of them for the provider."""
    parties = tuple(parties)
    everybody = {party: (f"sso/{party}", "client_secret") for party in parties}
    return (
        Kept("identity", "identity-clients", everybody),
        *(Kept(party, f"{party}-oauth-client-secret", _of_client(party)) for party in parties),
    )


def _of_client(party: str) -> dict[str, tuple[str, str]]:
    # Gitea's chart has names of its own for the two.
    name, secret = ("key", "secret") if party == "gitea" else ("client_id", "client_secret")
    return {name: (f"sso/{party}", "client_id"), secret: (f"sso/{party}", "client_secret")}


def start(lab: Lab) -> None:
    """Make the namespaces of those who get a Secret."""
    wanted = (*kept(lab.inventory.relying_parties), *DRAWN)
    for namespace in sorted({lab.inventory.services[one.service].namespace for one in wanted}):
        lab.apply(lab.render("namespace.yaml", name=namespace, privileged=False))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Apply the store and the objects, and return what is not in place: a webhook looks at them, and may be late."""
    try:
        lab.apply(_manifest(lab))
    except OSError as error:
        return (str(error),)
    return unready(lab)


def _manifest(lab: Lab) -> str:
    return lab.render(
        "external_secrets_config.yaml",
        name=STORE,
        address=vault_api.address(vault_api.namespace(lab)),
        mount=vault_configuration.KV,
        login=vault_configuration.KUBERNETES,
        role=vault_configuration.READ_SECRETS,
        audience=vault_configuration.AUDIENCE,
        account=external_secrets.ACCOUNT,
        namespace=external_secrets.NAMESPACE,
        certificate=CERTIFICATE,
        kept_in_vault=kept(lab.inventory.relying_parties),
        drawn_once=DRAWN,
    )


def unready(lab: Lab) -> tuple[str, ...]:
    """Return a phrase for the store, and for each ExternalSecret, that is not ready."""
    stores = lab.api().list("ClusterSecretStores", f"{_GROUP}/clustersecretstores")
    secrets = lab.api().list("ExternalSecrets", f"{_GROUP}/externalsecrets")
    return tuple(phrase for item in (*stores, *secrets) if (phrase := why_not(item)))


def why_not(item: JsonObject) -> str:
    """Return why a store or an ExternalSecret is not ready; empty if it is."""
    name = part(item, "metadata").get("name")
    for condition in parts(item, "status", "conditions"):
        if condition.get("type") == "Ready":
            ready = condition.get("status") == "True"
            return "" if ready else f"{name}: {condition.get('reason')}: {condition.get('message')}"
    return f"{name}: not looked at yet"


UNIT: Unit[Lab] = Unit(
    name="external_secrets_config",
    layer=Layer.SERVICES,
    needs=("external_secrets", "vault_configuration"),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="the store is open, and every Secret from it is there",
        patience="secrets",
    ),
)
