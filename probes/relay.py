"""A connection that starts where only a program can be run: `nc` there, joined to a socket here."""

from __future__ import annotations

import errno
import os
import re
import select
import shlex
import signal
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from probes.outcomes import CannotObserve, CannotResolve

if TYPE_CHECKING:
    from collections.abc import Sequence

_REACHED, _CONNECTED = b"--reached--\n", b"--connected--\n"
# nc tells nobody when it has connected, and the peer may never speak first. So it connects twice: once only
# to learn whether that works (BusyBox's nc has no -z, but runs a program once connected), then for good.
_DIAL = """\
command -v nc >/dev/null || { echo 'nc is not installed' >&2; exit 127; }
echo >&2 --reached--
if nc -h 2>&1 | grep -q BusyBox
then nc -w "$3" "$1" "$2" -e true </dev/null
else nc -z -w "$3" "$1" "$2" </dev/null
fi && echo >&2 --connected-- && exec nc "$1" "$2"
"""
# The last line proves that the program ran there: without it, it is the prefix that failed.
_RUN = '"$@"; code=$?; echo >&2; echo >&2 --ended-- $code; exit $code'
_ENDED = re.compile(r"\n--ended-- (\d+)\n")
_NOT_RUN = {126, 127}  # the shell's words for: not to be run, not found
# What the two of them print, and what a socket call would have raised.
_SAID = {
    "connection refused": ConnectionRefusedError(errno.ECONNREFUSED, "connection refused"),
    "connection reset": ConnectionResetError(errno.ECONNRESET, "connection reset"),
    "timed out": TimeoutError(errno.ETIMEDOUT, "timed out"),
    "no route to host": OSError(errno.EHOSTUNREACH, "no route to host"),
    "network is unreachable": OSError(errno.ENETUNREACH, "network is unreachable"),
}
_UNKNOWN_NAME = ("bad address", "name or service not known", "name resolution", "no address associated")
_FROM_KUBECTL = re.compile(r"^command terminated with exit code \d+$", re.MULTILINE)
_LINGER_MS = 1000
_GRACE = 10.0  # seconds for the prefix (kubectl, ssh) to get there: on a busy machine it is slow to start


def wrapped(prefix: Sequence[str], argv: Sequence[str], *, joined: bool) -> tuple[str, ...]:
    """Return a command that runs a program by the prefix, and proves that it did."""
    return _command(prefix, ("sh", "-c", _RUN, "sh", *argv), joined=joined)


def unwrapped(code: int, stderr: str, argv: Sequence[str], vantage: str) -> str:
    """Return what a wrapped program itself wrote to its standard error.

    Raises:
        CannotObserve: it was not run.

    """
    proof = _ENDED.search(stderr)
    if proof is None:
        raise CannotObserve(
            f"`{' '.join(argv)}`", vantage, stderr.strip() or f"exit code {code}, without a word"
        )
    said = stderr[: proof.start()]
    if int(proof[1]) in _NOT_RUN:
        raise CannotObserve(f"`{' '.join(argv)}`", vantage, said.strip())
    return said


def _command(prefix: Sequence[str], argv: Sequence[str], *, joined: bool) -> tuple[str, ...]:
    return (*prefix, shlex.join(argv)) if joined else (*prefix, *argv)


def dial(
    vantage: str, prefix: Sequence[str], host: str, port: int, timeout: float, *, joined: bool
) -> socket.socket:
    """Return a socket that is connected through `nc`, started by `prefix`.

    Closing the socket ends the program; the end of the program reads as the end of the connection.

    Raises:
        OSError: `nc` could not connect, as its words say.
        CannotObserve: the prefix did not get as far as running `nc`.

    """
    seconds = str(max(1, round(timeout)))
    argv = _command(prefix, ("sh", "-c", _DIAL, "nc", host, str(port), seconds), joined=joined)
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            argv,
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=subprocess.PIPE,
            env=os.environ | {"LC_ALL": "C"},
            start_new_session=True,
        )
    except OSError as error:
        ours.close()
        theirs.close()
        raise CannotObserve(f"{host}:{port}", vantage, str(error)) from error
    try:
        _connect(process, f"{host}:{port}", vantage, timeout)
    except BaseException:
        ours.close()
        _end(process, theirs)
        raise
    # The keeper outlives this call: it ends the program when our end is closed, and reaps it.
    threading.Thread(target=_keep, args=(process, theirs), daemon=True, name=f"relay to {host}").start()
    ours.settimeout(timeout)
    return ours


def _connect(process: subprocess.Popen[bytes], peer: str, vantage: str, timeout: float) -> None:
    """Return once the program says that it is connected. Raises as `dial`."""
    said, ended = _words(process, time.monotonic() + timeout + _GRACE)
    if _CONNECTED in said:
        return
    before, reached, words = said.partition(_REACHED)
    if not ended or not reached:
        # The words of the prefix, about its own way there, must not be taken for those of nc.
        because = (words or before).decode(errors="replace").strip()
        raise CannotObserve(peer, vantage, because or f"no word from `nc` after {timeout:g} s")
    raise _trouble(_FROM_KUBECTL.sub("", words.decode(errors="replace")).strip(), peer, vantage)


def _words(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bool]:
    """Read what the program says until it is connected, has ended (True), or the time is over."""
    said = b""
    pipe = process.stderr
    if pipe is None:
        return said, False
    while _CONNECTED not in said and select.select([pipe], [], [], max(deadline - time.monotonic(), 0.0))[0]:
        piece = os.read(pipe.fileno(), 4096)
        if not piece:
            return said, True
        said += piece
    return said, False


def _trouble(said: str, peer: str, vantage: str) -> OSError | CannotObserve:
    words = said.lower()
    for phrase, error in _SAID.items():
        if phrase in words:
            return type(error)(*error.args)
    if any(phrase in words for phrase in _UNKNOWN_NAME):
        return CannotResolve(peer.rpartition(":")[0], said)
    if not said:
        # OpenBSD's nc -z is silent about a time-out.
        return TimeoutError(errno.ETIMEDOUT, "timed out")
    return CannotObserve(peer, vantage, said)


def _keep(process: subprocess.Popen[bytes], theirs: socket.socket) -> None:
    """Wait until our end of the pair is closed or the program has ended; then leave nothing behind."""
    end = os.pidfd_open(process.pid)
    try:
        watch = select.poll()
        watch.register(theirs, 0)  # only the hang-up of the other end, which is always reported
        watch.register(end, select.POLLIN)
        if end not in dict(watch.poll()):
            watch.unregister(theirs)
            watch.poll(_LINGER_MS)  # nc has seen the end of its input, and mostly goes by itself
    finally:
        os.close(end)
        _end(process, theirs)


def _end(process: subprocess.Popen[bytes], theirs: socket.socket) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    theirs.close()
    if process.stderr is not None:
        process.stderr.close()
