"""Which Secrets come from Vault, and where in it each value lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units.layer_02_services import external_secrets, vault_api, vault_configuration
from provisioning.lab.units.layer_02_services.vault_certificate import CERTIFICATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from provisioning.lab.lab import Lab

STORE = "vault-backend"


@dataclass(frozen=True, slots=True)
class Kept:
    """A Secret from Vault: `values` says for each of its keys which property of which path it is."""

    service: str
    name: str
    values: Mapping[str, tuple[str, str]]


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
    external_secrets.make_namespaces(lab, (one.service for one in kept(lab.inventory.relying_parties)))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Apply the store and the objects, and return what is not in place: a webhook looks at them, and may be late."""
    try:
        lab.apply(_manifest(lab))
    except OSError as error:
        return (str(error),)
    secrets = (
        (lab.inventory.services[one.service].namespace, one.name)
        for one in kept(lab.inventory.relying_parties)
    )
    return external_secrets.unready(lab, secrets, STORE)


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
    )


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
