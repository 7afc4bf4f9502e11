"""Services of the cluster, which no inventory has all of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pytest

from inventory import Planned
from steps.wiring import SayUnsupported


class NamespacesOf(Protocol):
    """Says where services are."""

    def __call__(self, *services: str) -> Mapping[str, str]:
        """Return the namespace of each of these that is there, by the service's name."""
        ...


@pytest.fixture
def namespaces_of(inventory: Planned, unsupported: SayUnsupported) -> NamespacesOf:
    """``namespaces_of("gitea", "matrix")``: where those are that the inventory has. Without any it is *unsupported*."""

    def those_there(*services: str) -> Mapping[str, str]:
        found = {name: inventory.services[name].namespace for name in services if name in inventory.services}
        return found or unsupported(f"the inventory has no [services] of these: {', '.join(services)}")

    return those_there
