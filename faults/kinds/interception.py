"""A proxy on the way to the primary name server, which reads and cuts what passes."""

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
from faults.kinds.network import found
from provisioning.lab import machine, network
from provisioning.lab.topology import GATEWAY_TAILNET
from provisioning.target import Target

_PORT = "5353"
_HOST = "gateway"


@dataclass(frozen=True, slots=True)
class TransfersIntercepted(Harm):
    """What comes to the DNS VIP from the tailnet over TCP meets a proxy that lets one message of an answer through.

    linger: seconds after which it closes a connection of which it has withheld something.
    """

    linger: float

    def _look(self, target: Target, _at: str) -> str:
        return str(target.inventory.vips.dns)

    def _harm(self, target: Target, _at: str, was: str) -> None:
        lab = reach.lab(target)
        if not _proxies(lab.name):
            space = network.NETNS / network.namespace(lab.name, _HOST)
            words = (GATEWAY_TAILNET, _PORT, was, str(self.linger))
            subprocess.Popen(
                ["nsenter", f"--net={space}", sys.executable, intercepting_proxy.__file__, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                # By this mark a sweep of the lab finds it, whatever became of this run.
                env={**os.environ, machine.MARK: lab.name},
            )
        if not _diverted(target, was):
            _rule(target, was, "-I")

    def _undo(self, target: Target, _at: str, was: str) -> None:
        if _diverted(target, was):
            _rule(target, was, "-D")
        for pid in _proxies(reach.lab(target).name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _undone(self, target: Target, _at: str, was: str) -> bool:
        return not _diverted(target, was) and not _proxies(reach.lab(target).name)


def _diverted(target: Target, server: str) -> bool:
    return found(lambda: _rule(target, server, "-C"))


def _rule(target: Target, server: str, verb: str) -> None:
    packets = ("-i", "tailnet0", "-p", "tcp", "-d", server, "--dport", "53")
    to = ("-j", "DNAT", "--to-destination", f"{GATEWAY_TAILNET}:{_PORT}")
    reach.within(target, _HOST, "iptables", "-w", "-t", "nat", verb, "PREROUTING", *packets, *to)


def _proxies(lab: str) -> list[int]:
    """Return the proxies of this lab that run."""
    program = str(intercepting_proxy.__file__).encode()
    running: list[int] = []
    for pid in machine.processes(lab):
        with contextlib.suppress(OSError):
            if program in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                running.append(pid)
    return running
