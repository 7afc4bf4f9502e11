"""Where a probe looks from: run a program there, and open a connection that starts there.

A connection is an ordinary `socket.socket`, so that ordinary libraries (ssl, urllib3, dnspython) speak from
the vantage point without knowing of it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from probes import namespaces, relay
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from collections.abc import Sequence

_NETNS = Path("/run/netns")
_OF_A_MACHINE = (
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
)
"""What a login of root has."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A program that ended. `seconds` does not count in a comparison."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Tell how it ended, with what it printed."""
        words = self.stderr.strip() or self.stdout.strip()
        return f"`{' '.join(self.argv)}` ended with {self.returncode}" + (f": {words}" if words else "")


class Vantage(Protocol):
    """A place to look from."""

    @property
    def name(self) -> str:
        """Its name in a sentence: "the operator's workstation"."""
        ...

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        """Run a program to its end.

        Raises:
            CannotObserve: it could not be started, or had not ended after `timeout` seconds (it is killed).

        """
        ...

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """Open a TCP connection; its sockets later calls time out after `timeout` seconds too.

        Raises:
            OSError: the connection did not come about; `probes.outcomes.classify` says how.
            CannotObserve: the vantage point itself is not there.

        """
        ...


@runtime_checkable
class DatagramVantage(Protocol):
    """A place that can also send UDP."""

    def dial_udp(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """Return a connected UDP socket. Raises as `Vantage.dial` does."""
        ...


@dataclass(frozen=True, slots=True)
class LocalVantage:
    """The place of this process itself."""

    name: str

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        """See `Vantage.run`."""
        return run(self.name, argv, timeout=timeout, stdin=stdin)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """See `Vantage.dial`."""
        return namespaces.dial(None, host, port, socket.SOCK_STREAM, timeout)

    def dial_udp(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """See `DatagramVantage.dial_udp`."""
        return namespaces.dial(None, host, port, socket.SOCK_DGRAM, timeout)


@dataclass(frozen=True, slots=True)
class NamespaceVantage:
    """A named network namespace of this machine (`/run/netns/<namespace>`); needs root.

    Only the network is the namespace's: files, processes and the configuration of the resolver are this
    machine's. Give `nameservers` (addresses, reached from the namespace) where names must resolve as they
    do for whoever lives there.

    whole: a machine lives there, a set of namespaces with a PID 1; programs run on it, with its files and
    processes, as they would over ssh.
    """

    name: str
    namespace: str
    nameservers: tuple[str, ...] = ()
    whole: bool = False

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        """See `Vantage.run`. `nsenter`, not `ip netns exec`: that one remounts /sys."""
        entered = (*self._way_in(argv), *argv)
        done = run(self.name, entered, timeout=timeout, stdin=stdin, called=argv)
        if done.returncode and done.stderr.startswith(("nsenter: ", "env: ")):
            raise CannotObserve(f"`{' '.join(argv)}`", self.name, done.stderr.strip())
        return done

    def _way_in(self, argv: Sequence[str]) -> tuple[str, ...]:
        place = _NETNS / self.namespace
        if not self.whole:
            return ("nsenter", f"--net={place}", "--")
        pid = namespaces.first_process(place)
        if pid is None:
            raise CannotObserve(f"`{' '.join(argv)}`", self.name, "the machine is off")
        return ("nsenter", "--target", str(pid), "--all", "--", "env", *_OF_A_MACHINE)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """See `Vantage.dial`. The calling thread never leaves its own namespace."""
        return self._dial(host, port, socket.SOCK_STREAM, timeout)

    def dial_udp(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """See `DatagramVantage.dial_udp`."""
        return self._dial(host, port, socket.SOCK_DGRAM, timeout)

    def _dial(self, host: str, port: int, kind: socket.SocketKind, timeout: float) -> socket.socket:
        place = _NETNS / self.namespace
        try:
            return namespaces.dial(place, host, port, kind, timeout, nameservers=self.nameservers)
        except namespaces.CannotEnter as error:
            raise CannotObserve(f"{host}:{port}", self.name, f"no way into its namespace: {error}") from None


@dataclass(frozen=True, slots=True)
class ExecVantage:
    """A place that is reached by putting `prefix` before a program: `kubectl exec -i POD --`, `ssh HOST`.

    joined: the other side hands what follows to a shell, as ssh does, so it gets one quoted word.
    A shell is needed there, and for `dial` also `nc` (BusyBox's or OpenBSD's). A name that its resolver is slow
    to deny makes `dial` time out.
    """

    name: str
    prefix: tuple[str, ...]
    joined: bool = False

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        """See `Vantage.run`. What the prefix did instead of running the program is CannotObserve."""
        wrapped = relay.wrapped(self.prefix, argv, joined=self.joined)
        done = run(self.name, wrapped, timeout=timeout, stdin=stdin, called=argv)
        return replace(done, stderr=relay.unwrapped(done.returncode, done.stderr, argv, self.name))

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        """See `Vantage.dial`."""
        return relay.dial(self.name, self.prefix, host, port, timeout, joined=self.joined)


def run(
    vantage: str,
    argv: Sequence[str],
    *,
    timeout: float,
    stdin: bytes | None = None,
    called: Sequence[str] | None = None,
) -> Completed:
    """Run a program here, in bounded time, whatever its children do; `called` is what to call it.

    Raises as `Vantage.run`.
    """
    began = time.monotonic()
    called = tuple(called or argv)
    what = f"`{' '.join(called)}`"
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"LC_ALL": "C"},
            start_new_session=True,
        )
    except OSError as error:
        raise CannotObserve(what, vantage, str(error)) from error
    with process:
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                why = f"it had not ended after {timeout:g} s"
                raise CannotObserve(what, vantage, why) from error
            raise
    return Completed(called, process.returncode, _decoded(out), _decoded(err), time.monotonic() - began)


def _end(process: subprocess.Popen[bytes]) -> None:
    # The whole session: a grandchild that keeps the pipes open would otherwise be waited for for ever.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _decoded(data: bytes) -> str:
    return data.decode(errors="replace")
