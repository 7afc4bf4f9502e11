"""A copy of all that Vault stores every night, by a job that may do nothing else, and one now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import first_run
from provisioning.lab.units.layer_02_services import vault_api, vault_configuration
from provisioning.lab.units.layer_02_services.vault_certificate import CERTIFICATE

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAME, CLAIM = "vault-snapshot", "vault-snapshots"
KEPT = 3
"""So many of the newest are kept."""


def start(lab: Lab) -> None:
    """Apply the job with its account, and the volume for what it makes."""
    within = vault_api.namespace(lab)
    manifest = lab.render(
        "vault_snapshot.yaml",
        namespace=within,
        name=NAME,
        claim=CLAIM,
        kept=KEPT,
        replicas=[vault_api.address(within, replica) for replica in vault_api.REPLICAS],
        certificate=CERTIFICATE,
        login=vault_configuration.KUBERNETES,
        role=vault_configuration.SNAPSHOT,
        audience=vault_configuration.AUDIENCE,
    )
    lab.apply(manifest)


UNIT: Unit[Lab] = Unit(
    name="vault_snapshot",
    layer=Layer.SERVICES,
    # After the clients' secrets: a copy that lacks them would be of no use.
    needs=("vault_configuration",),
    start=start,
    gate=Gate(
        observe=lambda lab: first_run.lacking(lab, vault_api.namespace(lab), NAME),
        until=lambda found: not found,
        expected=f"a run of {NAME} has succeeded",
        patience="workload",
    ),
)
