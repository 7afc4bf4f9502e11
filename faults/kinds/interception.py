"""Somebody in between who reads what is not meant for him: a proxy on the way to the primary name server."""

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
from faults.fault import Memo
from faults.kinds.network import found
from provisioning.lab import machine, network
from provisioning.lab.topology import GATEWAY_TAILNET
from provisioning.target import Target

_PORT = "5353"
_HOST = "gateway"


@dataclass(frozen=True, slots=True)
class TransfersIntercepted:
    """What comes to the DNS VIP from the tailnet over TCP meets a proxy that lets one message of an answer through.

    linger: seconds after which it closes a connection of which it has withheld something.
    """

    linger: float

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"server": str(target.inventory.vips.dns)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        lab = reach.lab(target)
        if not _proxies(lab.name):
            space = network.NETNS / network.namespace(lab.name, _HOST)
            words = (GATEWAY_TAILNET, _PORT, memo["server"], str(self.linger))
            subprocess.Popen(
                ["nsenter", f"--net={space}", sys.executable, intercepting_proxy.__file__, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                # By this mark a sweep of the lab finds it, whatever became of this run.
                env={**os.environ, machine.MARK: lab.name},
            )
        if not self._diverted(target, memo):
            self._rule(target, memo, "-I")

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        if self._diverted(target, memo):
            self._rule(target, memo, "-D")
        for pid in _proxies(reach.lab(target).name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return not self._diverted(target, memo) and not _proxies(reach.lab(target).name)

    def _diverted(self, target: Target, memo: Memo) -> bool:
        return found(lambda: self._rule(target, memo, "-C"))

    def _rule(self, target: Target, memo: Memo, verb: str) -> None:
        packets = ("-i", "tailnet0", "-p", "tcp", "-d", memo["server"], "--dport", "53")
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
