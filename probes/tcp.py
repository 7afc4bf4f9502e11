"""Whether a port answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from probes.outcomes import NetworkFailure, classify

if TYPE_CHECKING:
    from probes.vantage import Vantage


@dataclass(frozen=True, slots=True)
class Connected:
    """A TCP connection came about and was closed again. `seconds` does not count in a comparison.

    It does not mean that a service is well: an accept queue answers for a program that hangs.
    """

    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"connected in {self.seconds * 1000:.0f} ms"


def connect(vantage: Vantage, host: str, port: int, timeout: float = 5.0) -> Connected | NetworkFailure:
    """Open a connection and close it, in `timeout` seconds. Raises CannotObserve as `Vantage.dial`."""
    began = time.monotonic()
    try:
        vantage.dial(host, port, timeout=timeout).close()
    except OSError as error:
        failure = classify(error, after=timeout)
        if failure is None:
            raise
        return failure
    return Connected(time.monotonic() - began)
