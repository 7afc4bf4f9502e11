"""Vault's servers: where each is asked, as its administrator or as nobody, and how one is sealed for a while.

Each server is asked by the Service of its own, from a node, under the name that its certificate must have, and must
show one of the cluster's own authority.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inventory import Planned
from probes import internal_ca, kubernetes, vault
from probes.kubernetes import Api
from probes.outcomes import CannotObserve, NetworkFailure
from probes.pinned import Pinned
from probes.vantage import Vantage
from probes.vault import Door
from workbench.making import Named
from workbench.run import Run

CREDENTIAL = "vault-root"
SERVICES = ("vault", "cert-manager")
"""The services of the inventory that must be known to ask Vault."""
_NO_ADDRESS = "None"


@dataclass(frozen=True, slots=True)
class VaultServers:
    """The servers of one Vault. names: of their pods, which are those of their Services too.

    workload: the StatefulSet, the Service in front of all its pods, and the beginning of the name of each. engine: the
    mount of the key-value engine.
    """

    api: Api
    place: Vantage
    namespace: str
    workload: str
    engine: str
    names: tuple[str, ...]
    roots: Path
    token: Path | None

    def door(self, name: str | None = None, *, anonymous: bool = False) -> Door:
        """Where a server is asked; without a name, whichever the Service in front of all leads to.

        Raises:
            CannotObserve: nothing leads there.

        """
        name = name or self.workload
        return self.door_at(self._address(name), name, anonymous=anonymous)

    def door_at(self, address: str, name: str | None = None, *, anonymous: bool = False) -> Door:
        """Where the server of an address is asked, under this name or that of all."""
        url = f"https://{name or self.workload}.{self.namespace}.svc:{vault.PORT}"
        return Door(Pinned(self.place, address), url, self.roots, None if anonymous else self.token)

    def _address(self, name: str) -> str:
        service = kubernetes.service(self.api, self.namespace, name)
        if service and service.cluster_ip not in {"", _NO_ADDRESS}:
            return service.cluster_ip
        pods = kubernetes.pods(self.api, self.namespace)
        found = next((pod.ip for pod in pods if pod.name == name and pod.ip), "")
        if not found:
            why = f"there is neither a Service with an address nor a pod {self.namespace}/{name}"
            raise CannotObserve(f"Vault's server {name}", self.api.vantage.name, why)
        return found


def servers(inventory: Planned, api: Api, place: Vantage, token: Path | None, folder: Path) -> VaultServers:
    """Return Vault's servers, asked from a place. Raises CannotObserve: there are none.

    inventory: it has SERVICES. token: the file of the administrator's; None: there is no way to ask as one.
    folder: where the certificates of the authorities to trust are put.
    """
    namespace, authority = (inventory.services[service].namespace for service in SERVICES)
    planned = inventory.vault
    workload = kubernetes.statefulset(api, namespace, planned.workload)
    if workload is None:
        raise CannotObserve(
            "Vault", api.vantage.name, f"there is no StatefulSet {namespace}/{planned.workload}"
        )
    roots = folder / "internal-ca.pem"
    roots.write_bytes(internal_ca.roots(api, authority, inventory.internal_ca.issuer))
    names = tuple(f"{planned.workload}-{number}" for number in range(workload.desired))
    return VaultServers(api, place, namespace, planned.workload, planned.engine, names, roots, token)


class Seals(Named[None]):
    """Seals servers. One that is sealed still in the end is started again, and unseals itself."""

    gone = "what was sealed is started again"

    def __init__(self, servers: VaultServers, kill: Callable[[str, str], None], run: Run) -> None:
        """Nothing is sealed yet. kill: ends a pod, by namespace and name."""
        super().__init__(run)
        self._servers, self._kill = servers, kill

    def make(self, name: str) -> None:
        """Seal a server. Raises CannotObserve: it did not do it."""
        self._note(name)
        done = vault.ask(self._servers.door(name), lambda client: client.sys.seal())
        if isinstance(done, NetworkFailure):
            raise CannotObserve(f"the sealing of {name}", self._servers.place.name, str(done))

    def _take_away(self, name: str) -> None:
        now = vault.member(self._servers.door(name), name)
        if not isinstance(now, vault.Member) or not now.unsealed:
            self._kill(self._servers.namespace, name)
