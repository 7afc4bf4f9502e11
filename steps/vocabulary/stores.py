"""The store that Vault is for the External Secrets operator."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from probes import external_secrets
from probes.external_secrets import Store
from probes.kubernetes import Api
from steps.vocabulary.vault import ScratchKv
from steps.wiring import SayUnsupported, Scratch

REFRESH = "2s"
"""How often an ExternalSecret of a scenario's own is refreshed."""
MANIFEST = "external_secret.yaml"


@dataclass(frozen=True, slots=True)
class FromVault:
    """Makes ExternalSecrets that take one value from the scenario's own secrets in Vault."""

    scratch: Scratch
    own: ScratchKv
    store: Store
    version: str

    def ask_for(self, name: str) -> None:
        """Have the Secret of this name take the value of the secret of the same name."""
        about = {"name": name, "version": self.version, "store": self.store, "refresh": REFRESH}
        self.scratch.apply(MANIFEST, path=self.own.path(name), **about)


@pytest.fixture
def vault_store(api: Api, scratch_kv: ScratchKv, unsupported: SayUnsupported) -> Store:
    """The store that gives to the whole cluster what Vault keeps where scenarios write."""
    found = [
        one
        for one in external_secrets.stores(api)
        if one.kind == "ClusterSecretStore" and one.provider == "vault" and one.mount == scratch_kv.mount
    ]
    return (
        found[0]
        if found
        else unsupported(f"no store of the whole cluster reads Vault's engine {scratch_kv.mount}/")
    )


@pytest.fixture
def from_vault(api: Api, scratch: Scratch, scratch_kv: ScratchKv, vault_store: Store) -> FromVault:
    """ExternalSecrets of the scenario's own."""
    return FromVault(scratch, scratch_kv, vault_store, external_secrets.version(api))
