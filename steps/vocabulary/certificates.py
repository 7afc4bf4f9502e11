"""Who certifies public names, and what websites show of it, at whichever address and from wherever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from inventory import Acme, AcmeEnvironment, Planned
from probes import tls
from probes.outcomes import NetworkFailure
from probes.tls import Handshake
from probes.vantage import Vantage
from steps.wiring import SayUnsupported

PORT = 443
OURS = "app.kubernetes.io/managed-by=clusterspec"
NOT_OURS = "app.kubernetes.io/managed-by!=clusterspec"
"""Label selectors: what scenarios made for themselves, and everything else."""
Shown = Mapping[str, "Handshake | NetworkFailure"]
"""What each host shows, by the host."""


@pytest.fixture
def acme(inventory: Planned) -> Acme:
    """Who certifies public names here."""
    return inventory.acme


def roots_of_staging(acme: Acme, unsupported: SayUnsupported) -> Path:
    """Return the file with the roots of staging, which no machine trusts by itself."""
    return acme.staging.roots or unsupported("the inventory does not say what the roots of staging are")


def roots_of(acme: Acme, environment: AcmeEnvironment, unsupported: SayUnsupported) -> Path | None:
    """Return the roots of an environment; None where the machine's own trust store is meant (production only)."""
    return roots_of_staging(acme, unsupported) if environment is acme.staging else environment.roots


def shown_at(vantage: Vantage, address: str, hosts: Iterable[str], roots: Path | None) -> Shown:
    """Shake hands for every host at one address, and say what each shows, held against these roots."""
    return {host: tls.handshake(vantage, address, PORT, host, roots) for host in hosts}


def verified(shown: Handshake | NetworkFailure) -> bool:
    """Tell whether a chain was shown that leads to the roots it was held against, and names its host."""
    return isinstance(shown, Handshake) and shown.verified
