"""The platform's registry: it passes on what it does not have yet, and keeps it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout
from provisioning.lab.units.layer_01_infrastructure import registry_mirrors, upstream_registry

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def namespace(lab: Lab) -> str:
    """Return where it lives."""
    return lab.inventory.services["registry"].namespace


def start(lab: Lab) -> None:
    """Apply it; another registry behind it, or another authority of that one, replaces its pod."""
    upstream, authority = upstream_registry.name(lab), upstream_registry.authority(lab).read_text()
    lab.apply(
        lab.render(
            "registry.yaml",
            namespace=namespace(lab),
            prefix=registry_mirrors.PREFIX,
            upstream=upstream,
            authority=authority,
            checksum=hashlib.sha256(f"{upstream}{authority}".encode()).hexdigest(),
        )
    )


UNIT: Unit[Lab] = Unit(
    name="registry",
    layer=Layer.SERVICES,
    needs=("storage", "coredns", "upstream_registry"),
    start=start,
    gate=Gate(
        observe=lambda lab: rollout.lacking(lab, namespace(lab), "deployment/registry"),
        until=lambda found: not found,
        expected="the platform's registry runs",
        patience="workload",
        hopeless=rollout.hopeless,
    ),
)
