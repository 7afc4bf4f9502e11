"""Inventories written back as TOML, and the `existing` inventory that describes a running lab."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import tomli_w

from inventory.cluster import Capabilities, PowerCommands, VantageName
from inventory.grammar import adapter
from inventory.model import Inventory
from inventory.services import Acme, Credential

LAB_KUBECONFIG = "kubeconfig"
"""The name of the credential under which an attached lab's kubeconfig stands."""


def write(inventory: Inventory) -> str:
    """The inventory as TOML; loaded again it is equal. Paths are written as they were resolved: absolute."""
    return tomli_w.dumps(adapter(Inventory).dump_python(inventory, mode="json", exclude_none=True))


def as_existing(
    lab: Inventory,
    *,
    kubeconfig: Path,
    identity: str,
    namespaces: Mapping[VantageName, str] | Mapping[str, str],
    power: PowerCommands | None = None,
) -> Inventory:
    """The running lab as any other cluster: pinned identity, a kubeconfig, a network namespace per vantage.

    An attached lab is never rebuilt and its processes are not touched: only the provider that built them can.
    Its nodes can be switched off if ``power`` says how (and the user confirms, as for any such target).
    """
    vantages = {
        name: dataclasses.replace(vantage, namespace=namespaces[name])
        for name, vantage in lab.vantages.items()
    }
    return dataclasses.replace(
        lab,
        cluster=dataclasses.replace(
            lab.cluster, provider="existing", identity=identity, kubeconfig=LAB_KUBECONFIG
        ),
        credentials={**lab.credentials, LAB_KUBECONFIG: Credential(file=kubeconfig.absolute())},
        vantages=vantages,
        capabilities=Capabilities(power=power is not None),
        power=power,
    )


def with_roots(acme: Acme | None, roots: Mapping[str, Path]) -> Acme | None:
    """The ACME section with the files of root certificates filled in, by the environment's name."""
    if acme is None:
        return None
    filled = {name: dataclasses.replace(getattr(acme, name), roots=file) for name, file in roots.items()}
    return dataclasses.replace(acme, **filled)
