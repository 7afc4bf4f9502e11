"""What steps ask of the fixtures about restore drills."""

from __future__ import annotations

from typing import Protocol

from probes.backups import Snapshot
from probes.vantage import Vantage
from probes.vault import Door


class Drill(Protocol):
    """The snapshots of a system, and a pod of the scenario's own that has them."""

    namespace: str

    def take(self) -> str:
        """Have the platform's own job take a snapshot; return the name of this run of it."""
        ...

    def begin(self) -> str:
        """Start a pod that has the snapshots; return the name of its job."""
        ...

    def place(self, job: str) -> Vantage | None:
        """Return the place in that pod; None until it runs."""
        ...


class EtcdDrill(Drill, Protocol):
    """Into an etcd of the scenario's own."""

    def restore(self, place: Vantage, snapshot: Snapshot) -> None:
        """Put a snapshot into an etcd there, and start that."""
        ...


class VaultDrill(Drill, Protocol):
    """Into a server of Vault of the scenario's own."""

    def door(self, job: str, *, anonymous: bool = False) -> Door:
        """Return where that server is asked, as Vault's administrator or anonymously."""
        ...

    def restore(self, job: str, place: Vantage, snapshot: Snapshot) -> None:
        """Put a snapshot in the place of all that the server has."""
        ...
