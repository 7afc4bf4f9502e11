"""What restarts a workload whose Secret has changed: a program of the lab's own, under Reloader's annotations."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from provisioning.graph import Layer, Unit
from provisioning.lab import stand_ins
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

NAMESPACE, NAME = "kube-system", "reloader"
PROGRAM = Path(stand_ins.__path__[0]) / "restarter.py"


def start(lab: Lab) -> None:
    """Apply the program and who runs it."""
    program = PROGRAM.read_text()
    checksum = hashlib.sha256(program.encode()).hexdigest()
    manifest = lab.render("reloader.yaml", namespace=NAMESPACE, name=NAME, program=program, checksum=checksum)
    lab.apply(manifest)


UNIT: Unit[Lab] = Unit(
    name="reloader",
    layer=Layer.SERVICES,
    needs=("nodes", "coredns"),
    start=start,
    gate=rollout.complete(NAMESPACE, f"deployment/{NAME}"),
)
