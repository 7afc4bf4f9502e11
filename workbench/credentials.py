"""The file of a credential, for programs that take nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from inventory import Inventory
from inventory.problem import Problem
from probes.kubernetes import Api
from probes.outcomes import CannotObserve
from provisioning import credentials


def file(inventory: Inventory, api: Api, name: str, folder: Path) -> Path:
    """Return the file of a credential; of a secret that is kept elsewhere, one below ``folder`` that only we can read.

    Raises:
        CannotObserve: there is no such credential, or no way to it.

    """
    reference = inventory.credentials.get(name)
    if reference is not None and reference.file is not None:
        return reference.file
    try:
        secret = credentials.secret(inventory, name, partial(credentials.read_secret, api))
    except Problem as problem:
        what = f"anything that needs the credential {name}"
        raise CannotObserve(what, api.vantage.name, str(problem)) from problem
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(secret.reveal(), encoding="utf-8")
    return path
