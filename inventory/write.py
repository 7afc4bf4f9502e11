"""Inventories written back as TOML, and the `existing` inventory that describes a running lab."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

import tomli_w

from inventory.model import Acme, Capabilities, Credential, Inventory, PowerCommands, VantageName
from inventory.read import PatienceKeys
from probes.waiting import Patience

LAB_KUBECONFIG = "kubeconfig"
"""The name of the credential under which an attached lab's kubeconfig stands."""


def write(inventory: Inventory) -> str:
    """The inventory as TOML; loaded again it is equal. Paths are written as they were resolved: absolute."""
    return tomli_w.dumps(_table(Inventory, inventory))


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


def _table(cls: type[Any], value: object) -> dict[str, object]:
    hints = get_type_hints(cls, include_extras=True)
    return {
        each.name: _value(hints[each.name], getattr(value, each.name))
        for each in dataclasses.fields(cls)
        if each.compare and getattr(value, each.name) is not None
    }


def _value(hint: Any, value: Any) -> object:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _value(next(arm for arm in get_args(hint) if arm is not type(None)), value)
    if origin is Annotated:
        return get_args(hint)[1].emit(value)
    if origin is tuple:
        return [_value(get_args(hint)[0], item) for item in value]
    if origin is None:
        return _table(PatienceKeys if hint is Patience else hint, value)
    return {
        name: _value(get_args(hint)[1], item) for name, item in cast("Mapping[str, object]", value).items()
    }
