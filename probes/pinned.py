"""Connections that go to one address, whatever name is asked for: a host as one particular server serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from probes.vantage import Completed, Vantage


@dataclass(frozen=True, slots=True)
class Pinned:
    """A vantage point from which every name leads to `address`; names are asked of nobody."""

    vantage: Vantage
    address: str

    @property
    def name(self) -> str:
        """See `Vantage.name`."""
        return self.vantage.name

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        """See `Vantage.run`; programs resolve names as ever."""
        return self.vantage.run(argv, timeout=timeout, stdin=stdin)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """See `Vantage.dial`."""
        del host
        return self.vantage.dial(self.address, port, timeout=timeout)
