"""The operator's rights: who holds the administrator's kubeconfig is a cluster administrator by RBAC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.kubernetes import identity
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab


def start(lab: Lab) -> None:
    """Bind the group of kubeadm's administrators; only the break-glass identity may do that on a new cluster."""
    done = lab.vantage("workstation").run(
        [
            str(lab.artifacts.bin / "kubectl"),
            f"--kubeconfig={lab.pki / 'super-admin.conf'}",
            "apply",
            "--server-side",
            "--force-conflicts",
            "-f",
            str(_manifest(lab)),
        ],
        timeout=30,
    )
    if done.returncode != 0:
        msg = f"the administrators could not be bound: {done.stderr!r}"
        raise OSError(msg)


def _manifest(lab: Lab) -> str:
    file = lab.state / "operator_access.yaml"
    file.write_text(lab.render("operator_access.yaml"))
    return str(file)


UNIT: Unit[Lab] = Unit(
    name="operator_access",
    layer=Layer.INFRASTRUCTURE,
    needs=("apiserver", "api_vip"),
    start=start,
    gate=Gate(
        # Only an administrator may read this; a refusal is no observation and is tried again.
        observe=lambda lab: identity(lab.api()),
        until=bool,
        expected="the operator administers the cluster",
        patience="apiserver",
    ),
)
