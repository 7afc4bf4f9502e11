"""Programs that a Python package of the lock carries, as an artifact like those that are built."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
import sysconfig
from pathlib import Path

from inventory.problem import Problem
from provisioning.lab.artifacts import cache, gobuild
from provisioning.lab.artifacts.pins import Wheel


def key(wheel: Wheel) -> str:
    """The cache key: the pin. The lock holds the package's hash, and pip has compared it."""
    check = [wheel.check.command, wheel.check.prints]
    pin = json.dumps([wheel.package, wheel.version, wheel.programs, check, *filter(None, [wheel.within])])
    return cache.key({"wheel": pin.encode()})


def copy(wheel: Wheel, into: Path) -> None:
    """Copy the programs of ``wheel`` from this Python environment; Problem if it has another version or none."""
    change = f"run `make setup`, or install the Python package {wheel.package}=={wheel.version}"
    try:
        found = importlib.metadata.version(wheel.package)
    except importlib.metadata.PackageNotFoundError as error:
        raise Problem(f"the Python package {wheel.package} is not installed", change) from error
    if found != wheel.version:
        raise Problem(f"{wheel.package} is {found}, and {wheel.version} is pinned", change)
    folder = Path(sysconfig.get_path("purelib"), wheel.within) if wheel.within else Path(sys.prefix, "bin")
    for program in wheel.programs:
        installed = folder / program
        if not installed.is_file():
            raise Problem(f"{wheel.package} has no {installed}", change)
        shutil.copyfile(installed, into / program)
        (into / program).chmod(0o755)
    gobuild.verify(wheel.check, into)
