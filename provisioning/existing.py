"""The provider that attaches to a cluster which runs already. It never builds and never destroys."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from inventory import Inventory
from inventory.problem import Problem
from probes.kubernetes import Api, identity
from probes.outcomes import CannotObserve
from probes.vantage import Vantage
from provisioning import credentials, vantages
from provisioning.power import CommandPower
from provisioning.provider import Options
from provisioning.target import Target


class ExistingProvider:
    """Attaches through the kubeconfig and the vantage points that the inventory names."""

    def __init__(self, inventory: Inventory, _options: Options | None = None) -> None:
        self.inventory = inventory

    @property
    def capabilities(self) -> frozenset[str]:
        """What the inventory allows; ``load`` has made sure that there are means for it."""
        return self.inventory.capabilities.granted()

    def check(self) -> None:
        """Make sure that the cluster answers from the workstation, and that it is the one that is meant.

        Raises:
            Problem: the first thing that is not so.

        """
        self._identified(credentials.kubeconfig(self.inventory), self._workstation())

    def attach(self) -> Target:
        """Return the handle, after ``check``."""
        kubeconfig = credentials.kubeconfig(self.inventory)
        places = vantages.open_all(self.inventory)
        return Target(
            name=self.inventory.cluster.name,
            provider="existing",
            inventory=self.inventory,
            kubeconfig=kubeconfig,
            identity=self._identified(kubeconfig, places["workstation"]),
            vantages=places,
            capabilities=self.capabilities,
            power=CommandPower.of(self.inventory) if self.inventory.capabilities.power else None,
        )

    def build(self) -> NoReturn:
        """Refuse.

        Raises:
            Problem: always.

        """
        self._refuse("build")

    def destroy(self) -> NoReturn:
        """Refuse.

        Raises:
            Problem: always.

        """
        self._refuse("destroy")

    def _refuse(self, verb: str) -> NoReturn:
        raise Problem(
            f"{self.inventory.cluster.name} is an existing cluster, and nothing here will {verb} it",
            f'leave the scenarios out that {verb} a cluster, or use an inventory with provider = "lab"',
        )

    def _workstation(self) -> Vantage:
        return vantages.open_all(self.inventory)["workstation"]

    def _identified(self, kubeconfig: Path, workstation: Vantage) -> str:
        """Return the identity of the cluster, which is the right one and runs the planned version."""
        cluster = self.inventory.cluster
        planned = cluster.kubernetes_version
        try:
            api = Api(kubeconfig, workstation)
            found, version = identity(api), _version(api)
        except CannotObserve as error:
            raise Problem(
                str(error),
                f"make {kubeconfig} open the cluster, and its API answer from {workstation.name}",
            ) from error
        if cluster.identity is not None and found != cluster.identity:
            raise Problem(
                f"{kubeconfig} opens the cluster {found}, and the inventory means {cluster.identity}",
                "use the right kubeconfig; after a rebuild, set cluster.identity anew",
            )
        if version != planned:
            raise Problem(
                f"{cluster.name} runs Kubernetes {version}, and the inventory says {planned}",
                "use the right kubeconfig; after an upgrade, set cluster.kubernetes_version anew",
            )
        return found


def _version(api: Api) -> str:
    reply = api.get("the API server's version", "/version") or {}
    return str(reply.get("gitVersion", "unknown"))
