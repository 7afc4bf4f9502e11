"""What the cluster needs before it can start: which workloads, Secrets and operators need which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.look import Sight, Subject, Unseen
from probes import dependencies
from probes.dependencies import Needs


@dataclass(frozen=True, slots=True)
class Look:
    """What needs what at one moment, by way of Secrets."""

    needs: Needs | Unseen


def _needs(subject: Subject) -> Needs:
    places = {name: each.namespace for name, each in subject.inventory.services.items()}
    return dependencies.needs(subject.api(), places)


SIGHTS: Mapping[str, Sight] = {"needs": _needs}
