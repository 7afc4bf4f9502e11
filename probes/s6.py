"""The programs that s6 supervises on a node: a script for the node, and a parser of what it prints."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from typing import TYPE_CHECKING

from probes.supervised import NodeService, ServiceState

if TYPE_CHECKING:
    from datetime import datetime

# Three lines a service: its name, its state (or why s6-svstat cannot tell), and its remembered deaths.
_ON_NODE = """\
cd /run/service || exit 1
command -v s6-svstat >/dev/null || { echo 's6-svstat is not installed on the node' >&2; exit 1; }
for d in */; do
  [ -d "$d" ] || continue
  echo "service ${d%/}"
  echo "state $(s6-svstat -o up,wantedup,paused,exitcode,signal,updownfor "$d" 2>&1)"
  echo "deaths $(s6-svdt "$d" 2>/dev/null | wc -l)"
done
"""
SCRIPT = f"chroot /proc/1/root /bin/sh -c {shlex.quote(_ON_NODE)}"
"""For a shell that shares the node's process namespace: it goes to the node's own files and programs."""

_SERVICE = re.compile(r"^service (?P<name>.+)\nstate (?P<state>.*)\ndeaths +(?P<deaths>\d+)$", re.MULTILINE)
_STATE = re.compile(r"^(true|false) (true|false) (true|false) (-?\d+) (\S+) (\d+)$")


def parse(text: str, now: datetime) -> tuple[NodeService, ...]:
    """Return the services, sorted by name, from the script's output at the time `now` (UTC)."""
    found = [_service(one["name"], one["state"], int(one["deaths"]), now) for one in _SERVICE.finditer(text)]
    return tuple(sorted(found, key=lambda service: service.name))


def _service(name: str, state: str, deaths: int, now: datetime) -> NodeService:
    told = _STATE.match(state)
    if told is None:
        # No s6-supervise: nobody would start it again.
        return NodeService(name, ServiceState.FAILED, None, deaths, state)
    up, wanted, paused = (word == "true" for word in told.group(1, 2, 3))
    exit_code, died_of = int(told[4]), told[5]
    words = "" if up else f"killed by {died_of}" if died_of != "NA" else f"exit code {exit_code}"
    by_order = died_of in {"SIGTERM", "NA"} and exit_code <= 0  # -1 where a signal ended it
    if up:
        kind = ServiceState.PAUSED if paused else ServiceState.RUNNING if wanted else ServiceState.STOPPING
    elif wanted or not by_order:
        kind = ServiceState.FAILED
    else:
        kind = ServiceState.STOPPED
    return NodeService(name, kind, now - timedelta(seconds=int(told[6])), deaths, words)
