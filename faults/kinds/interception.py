"""A proxy on the way to the primary name server, which reads and cuts what is led to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from faults import reach
from faults.doubles import intercepting_proxy
from faults.kinds.base import Harm
from provisioning.lab import machine, network
from provisioning.lab.topology import GATEWAY_TAILNET
from provisioning.target import Target

_HOST = "gateway"


@dataclass(frozen=True, slots=True)
class ProxyStarted(Harm):
    """On the gateway runs a proxy to the DNS VIP that lets one message of an answer through.

    port: where it listens, at the tailnet's end of the gateway. linger: seconds after which it closes a connection of
    which it has withheld something.
    """

    port: int
    linger: float

    def _look(self, target: Target, _at: str) -> str:
        return str(target.inventory.vips.dns)

    def _harm(self, target: Target, _at: str, was: str) -> None:
        lab = reach.lab(target)
        if proxies(lab.name):
            return
        space = network.NETNS / network.namespace(lab.name, _HOST)
        words = (GATEWAY_TAILNET, str(self.port), was, str(self.linger))
        subprocess.Popen(
            ["nsenter", f"--net={space}", sys.executable, intercepting_proxy.__file__, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # By this mark a sweep of the lab finds it, whatever became of this run.
            env={**os.environ, machine.MARK: lab.name},
        )

    def _undo(self, target: Target, _at: str, _was: str) -> None:
        for pid in proxies(reach.lab(target).name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _undone(self, target: Target, _at: str, _was: str) -> bool:
        return not proxies(reach.lab(target).name)


def proxies(lab: str) -> list[int]:
    """Return the proxies of this lab that run."""
    program = str(intercepting_proxy.__file__).encode()
    running: list[int] = []
    for pid in machine.processes(lab):
        with contextlib.suppress(OSError):
            if program in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                running.append(pid)
    return running
