"""The VPS: reached by ssh, as the owner's is; what it serves to the public is configured in later layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Declare the ssh server: the operator's key opens it, nothing else does."""
    for name in ("vps_host", "vps_host.pub"):
        text = (lab.persistent / name).read_text()
        lab.write("vps", f"/etc/ssh/{name}", text, mode=0o600)
    lab.write("vps", "/root/.ssh/authorized_keys", (lab.persistent / "operator.pub").read_text(), mode=0o600)
    lab.write("vps", "/etc/ssh/sshd_config", lab.render("sshd_config"))
    (lab.root("vps") / "root/.ssh").chmod(0o700)
    # sshd insists on an empty folder that only root can write; a boot clears /run, so it lies elsewhere.
    lab.declare("vps", "sshd", "/bin/sh", "-c", "mkdir -p -m 755 /run/sshd && exec /usr/sbin/sshd -D -e")


def listens(lab: Lab) -> bool:
    """Tell whether the VPS' ssh server takes connections on its public address."""
    try:
        lab.vantage("internet").dial(str(lab.inventory.lab.vps_public), 22, timeout=2).close()
    except OSError:
        return False
    return True


UNIT: Unit[Lab] = Unit(
    name="vps",
    layer=Layer.INFRASTRUCTURE,
    needs=("machines",),
    start=start,
    gate=Gate(observe=listens, until=bool, expected="the VPS takes ssh connections", patience="machine"),
)
