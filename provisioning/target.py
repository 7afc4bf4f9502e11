"""The handle on a running cluster: all that is needed to look at it, and nothing that looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inventory import Inventory
from probes.vantage import Vantage


class Power(Protocol):
    """Switches whole machines, as pulling their plug would: nothing on them gets to end in order.

    Every verb takes the name of a host and is idempotent.
    """

    def off(self, node: str) -> None:
        """Cut the power of a host."""
        ...

    def on(self, node: str) -> None:
        """Give it back; the host boots, which this does not wait for."""
        ...

    def is_on(self, node: str) -> bool:
        """Tell whether the host has power."""
        ...

    def hosts(self) -> tuple[str, ...]:
        """Name the hosts that can be switched."""
        ...


class Processes(Protocol):
    """Stops and pauses single services of a host. Every verb is idempotent."""

    def pause(self, node: str, service: str) -> None:
        """Freeze the service: it keeps its sockets and answers nothing."""
        ...

    def resume(self, node: str, service: str) -> None:
        """Let it go on."""
        ...

    def stop(self, node: str, service: str) -> None:
        """End the service, and keep its supervisor from starting it again."""
        ...

    def start(self, node: str, service: str) -> None:
        """Start it again, under its supervisor."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """One running cluster, whoever built it.

    provider: "lab" only for the lab of this checkout; an attached lab is "existing", as any other cluster.
    identity: UID of the namespace kube-system, as it was when the target was attached.
    vantages: the places to look from, by the names of the inventory's ``[vantages]``.
    capabilities: what the suite may do here; ``power`` and ``processes`` are there if their word is.
    """

    name: str
    provider: str
    inventory: Inventory
    kubeconfig: Path
    identity: str
    vantages: Mapping[str, Vantage]
    capabilities: frozenset[str] = frozenset()
    power: Power | None = None
    processes: Processes | None = None
