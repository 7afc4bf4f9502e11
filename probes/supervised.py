"""A program that a node's init keeps running, in one vocabulary for every init."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ServiceState(StrEnum):
    """What a supervised program is doing. UNKNOWN: the init used a word that this package does not know."""

    RUNNING = "running"
    UNHEALTHY = "unhealthy"
    STARTING = "starting"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NodeService:
    """A supervised program.

    since: when it came into this state, in UTC by this machine's clock; not compared.
    restarts: how often it has died since its supervisor started, as far as that remembers; None if it does
        not tell. A program that keeps dying is mostly seen running.
    detail: the init's own words.
    """

    name: str
    state: ServiceState
    since: datetime | None = field(default=None, compare=False)
    restarts: int | None = None
    detail: str = ""

    @property
    def well(self) -> bool:
        """It runs, or has done what it was for."""
        return self.state in {ServiceState.RUNNING, ServiceState.FINISHED}

    def __str__(self) -> str:
        """Read as a phrase."""
        since = f" since {self.since:%H:%M:%S}" if self.since else ""
        again = f", died {self.restarts} times" if self.restarts else ""
        why = f" ({self.detail})" if self.detail and not self.well else ""
        return f"{self.name} {self.state}{since}{again}{why}"
