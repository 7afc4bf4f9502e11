"""The services of a Talos node: a command for the workstation, and a parser of what it prints.

`talosctl get services -o json` would be easier to read, and would lie: Talos takes the resource of a service
away unless it runs, so that a failed one is not there at all. `talosctl services` lists every service with
its state, but only as a table.
"""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from typing import TYPE_CHECKING

from probes.supervised import NodeService, ServiceState

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_HEADER = ["NODE", "SERVICE", "STATE", "HEALTH", "LAST CHANGE", "LAST EVENT"]
_GAP = re.compile(r" {3,}")
_ROW = re.compile(r"^(\S+) {3,}(\S+) {3,}(\S+) {3,}(\S+) {3,}((?:\S+)? ago) {3,}(.*)$")
_DURATION = re.compile(r"(\d+)([hms])")
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_STATES = {
    "Initialized": ServiceState.STARTING,
    "Preparing": ServiceState.STARTING,
    "Waiting": ServiceState.STARTING,
    "Starting": ServiceState.STARTING,
    "Running": ServiceState.RUNNING,
    "Stopping": ServiceState.STOPPING,
    "Finished": ServiceState.FINISHED,
    "Skipped": ServiceState.FINISHED,
    "Failed": ServiceState.FAILED,
}


def command(node: str, talosconfig: Path | None = None) -> str:
    """Return the command that lists the services of the node with this address."""
    config = [] if talosconfig is None else ["--talosconfig", str(talosconfig)]
    return shlex.join(["talosctl", *config, "--nodes", node, "services"])


def parse(text: str, now: datetime) -> tuple[NodeService, ...]:
    """Return the services, sorted by name, from the table that was printed at the time `now` (UTC).

    Talos does not tell how often a service was restarted.

    Raises:
        ValueError: the text is not that table.

    """
    header, *lines = text.strip("\n").splitlines() or [""]
    if _GAP.split(header.strip()) != _HEADER:
        msg = f"not the table of services: {header!r}"
        raise ValueError(msg)
    rows: list[tuple[str, ...]] = []
    for line in lines:
        row = _ROW.match(line)
        if row is not None:
            rows.append(row.groups())
        elif rows:  # an event's text may have line breaks
            rows[-1] = (*rows[-1][:-1], f"{rows[-1][-1]} {line.strip()}")
        elif line.strip():
            msg = f"not a row of services: {line!r}"
            raise ValueError(msg)
    return tuple(sorted((_service(row, now) for row in rows), key=lambda service: service.name))


def _service(row: tuple[str, ...], now: datetime) -> NodeService:
    _node, name, word, health, changed, event = row
    state = _STATES.get(word, ServiceState.UNKNOWN)
    if state is ServiceState.RUNNING and health == "Fail":
        state = ServiceState.UNHEALTHY
    parts = _DURATION.findall(changed)
    ago = sum(int(number) * _SECONDS[unit] for number, unit in parts)
    detail = event.strip() if word in _STATES else f"{word}: {event.strip()}"
    return NodeService(name, state, now - timedelta(seconds=ago) if parts else None, None, detail)
