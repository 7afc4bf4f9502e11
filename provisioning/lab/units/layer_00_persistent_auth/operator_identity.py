"""The operator's ssh key, with which the VPS is reached. It outlives the cluster, as the VPS does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Make the operator's key and the VPS' host key if there are none yet."""
    lab.persistent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("operator", "vps_host"):
        if not (lab.persistent / f"{name}.pub").exists():
            (lab.persistent / name).unlink(missing_ok=True)
            lab.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", lab.persistent / name])


UNIT: Unit[Lab] = Unit(
    name="operator_identity",
    layer=Layer.PERSISTENT_AUTH,
    start=start,
    gate=Gate(
        observe=lambda lab: sorted(file.name for file in lab.persistent.glob("*.pub")),
        until=lambda names: names == ["operator.pub", "vps_host.pub"],
        expected="the operator's key and the VPS' host key exist",
        patience="file",
    ),
)
