"""Find the lab's units: every module in a layer's folder that has a `UNIT`. Nobody keeps a list."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from provisioning.lab import units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisioning.graph import Unit
    from provisioning.lab.lab import Lab


def discover() -> tuple[Unit[Lab], ...]:
    """Return all units, in the order of their layers and names."""
    return tuple(_walk())


def _walk() -> Iterator[Unit[Lab]]:
    for layer in sorted(pkgutil.iter_modules(units.__path__), key=lambda found: found.name):
        if layer.ispkg and layer.name.startswith("layer_"):
            package = importlib.import_module(f"{units.__name__}.{layer.name}")
            for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
                module = importlib.import_module(f"{package.__name__}.{found.name}")
                unit = getattr(module, "UNIT", None)
                if unit is not None:
                    yield unit
