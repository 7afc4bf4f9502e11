"""What every provider of a target can do, and how one is chosen."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from inventory import Inventory
from inventory.problem import Problem
from provisioning.events import Listener, Silence
from provisioning.target import Target

__all__ = ["Options", "Problem", "Provider", "provider_for"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user decides for one run, beyond the inventory.

    keep: a built target stays when the run is over.
    build: the label of this build's events.
    listener: who is told about the phases of a build.
    """

    keep: bool = False
    build: str = "bootstrap"
    listener: Listener = field(default_factory=Silence)


class Provider(Protocol):
    """A way to get at a target. Every method raises ``Problem`` for what a person can put right."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What the targets of this provider allow."""
        ...

    def check(self) -> None:
        """Find out whether ``build`` or ``attach`` can work, changing nothing."""
        ...

    def build(self) -> Target:
        """Build the cluster from nothing, or complete one that is half built."""
        ...

    def attach(self) -> Target:
        """Get at a cluster that runs already."""
        ...

    def destroy(self) -> None:
        """Remove all that ``build`` made, except layer 00. Succeeds where there is nothing to remove."""
        ...


# Names, not classes: the lab's modules are loaded only where a lab is wanted.
_PROVIDERS: Mapping[str, str] = {
    "existing": "provisioning.existing:ExistingProvider",
    "lab": "provisioning.lab.provider:LabProvider",
}


def provider_for(inventory: Inventory, options: Options) -> Provider:
    """Return the provider that the inventory names; it has looked at nothing yet."""
    module, _, name = _PROVIDERS[inventory.cluster.provider].partition(":")
    provider: Provider = getattr(importlib.import_module(module), name)(inventory, options)
    return provider
