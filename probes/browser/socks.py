"""A SOCKS5 proxy on this machine's loopback whose every connection is the vantage point's `dial`.

So an ordinary browser browses from there, without being there: names are resolved at the vantage point too
(RFC 1928, CONNECT with a domain name). It serves this process' browser and nobody else: it listens on loopback
only, for as long as it is open, to at most `CONNECTIONS` at a time, and no thread outlives it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import selectors
import socket
import struct
import threading
from typing import TYPE_CHECKING, cast

from probes.outcomes import CannotObserve, NetworkFailure, Refused, TimedOut, Unreachable, classify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from probes.vantage import Vantage

LOOPBACK = "127.0.0.1"
CONNECTIONS = 64
"""More at once wait in the listener's queue."""
_CHUNK = 64 * 1024
_IDLE = 60.0
"""Seconds after which a connection on which nothing is said is closed."""
_HELLO = 5.0
_JOIN = 3.0
_VERSION = 5
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_GRANTED, _GENERAL, _UNREACHABLE, _REFUSED, _EXPIRED, _NO_COMMAND, _NO_ADDRESS = 0, 1, 4, 5, 6, 7, 8


class _NotSocks(Exception):
    """The client did not speak as RFC 1928 wants it."""


class Relay:
    """The proxy. Open from its making until `close`.

    failures: by (host, port) what the last try to get there came to, where it came to nothing; the browser itself
        only says that the proxy did not connect.
    """

    def __init__(self, vantage: Vantage, *, timeout: float = 5.0) -> None:
        """Listen. timeout: seconds for each dial."""
        self._vantage, self._timeout = vantage, timeout
        self._listener = socket.create_server((LOOPBACK, 0), backlog=CONNECTIONS)
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(CONNECTIONS)
        self._closed = False
        self._failures: dict[tuple[str, int], NetworkFailure | CannotObserve] = {}
        self._acceptor = threading.Thread(target=self._accept, daemon=True, name=f"socks {vantage.name}")
        self._acceptor.start()

    @property
    def server(self) -> str:
        """Where it listens, as a browser wants to be told: "socks5://address:port"."""
        return f"socks5://{LOOPBACK}:{self._listener.getsockname()[1]}"

    @property
    def failures(self) -> Mapping[tuple[str, int], NetworkFailure | CannotObserve]:
        """What became of the tries that failed, by host and port."""
        with self._lock:
            return dict(self._failures)

    def close(self) -> None:
        """End it, and every connection through it; wait until its threads are over, a few seconds at most."""
        with self._lock:
            self._closed = True
            open_now = list(self._open)
        # A close alone does not wake who waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in open_now:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._acceptor.join(_JOIN)
        with self._lock:  # no earlier: until then it may have let somebody in
            threads = list(self._threads)
        for thread in threads:
            thread.join(_JOIN)

    def _accept(self) -> None:
        while not self._closed:
            self._room.acquire()
            try:
                client, _ = self._listener.accept()
            except OSError:
                self._room.release()
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True, name="socks")
            with self._lock:
                self._threads = {each for each in self._threads if each.is_alive()} | {thread}
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client:
                self._keep(client)
                with contextlib.suppress(OSError, _NotSocks):
                    client.settimeout(_HELLO)
                    self._converse(client)
        finally:
            with self._lock:
                self._open.discard(client)
            self._room.release()

    def _converse(self, client: socket.socket) -> None:
        host, port = _greeted(client)
        try:
            server = self._vantage.dial(host, port, timeout=self._timeout)
        except (OSError, CannotObserve) as error:
            failure = error if isinstance(error, CannotObserve) else classify(error, after=self._timeout)
            with self._lock:
                self._failures[host, port] = failure or Unreachable(str(error))
            _answer(client, _code(failure))
            return
        with server:
            self._keep(server)
            try:
                with self._lock:
                    self._failures.pop((host, port), None)
                _answer(client, _GRANTED)
                _pass_on(client, server)
            finally:
                with self._lock:
                    self._open.discard(server)

    def _keep(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
            if self._closed:
                with contextlib.suppress(OSError):  # the other side may have gone already
                    sock.shutdown(socket.SHUT_RDWR)


def _greeted(client: socket.socket) -> tuple[str, int]:
    """Return where the client wants to go: host (a name or an address) and port."""
    version, methods = _exactly(client, 2)
    if version != _VERSION:
        raise _NotSocks
    _exactly(client, methods)
    client.sendall(bytes((_VERSION, 0)))
    version, command, _, kind = _exactly(client, 4)
    if version != _VERSION or command != _CONNECT:
        _answer(client, _NO_COMMAND)
        raise _NotSocks
    if kind == _NAME:
        host = _exactly(client, _exactly(client, 1)[0]).decode("ascii", "replace")
    elif kind in {_IPV4, _IPV6}:
        host = str(ipaddress.ip_address(_exactly(client, 4 if kind == _IPV4 else 16)))
    else:
        _answer(client, _NO_ADDRESS)
        raise _NotSocks
    (port,) = struct.unpack("!H", _exactly(client, 2))
    return host, port


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise _NotSocks
        data += more
    return data


def _answer(client: socket.socket, code: int) -> None:
    # The address that follows is the one the connection comes from, which no browser reads.
    client.sendall(bytes((_VERSION, code, 0, _IPV4)) + bytes(6))


def _code(failure: NetworkFailure | CannotObserve | None) -> int:
    match failure:
        case Refused():
            return _REFUSED
        case TimedOut():
            return _EXPIRED
        case NetworkFailure():
            return _UNREACHABLE
        case _:
            return _GENERAL


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both have ended; an end of one side is told to the other."""
    with selectors.DefaultSelector() as waiting:
        for source, towards in ((one, other), (other, one)):
            source.settimeout(_IDLE)
            waiting.register(source, selectors.EVENT_READ, towards)
        while waiting.get_map():
            ready = waiting.select(_IDLE)
            if not ready:
                return
            for key, _ in ready:
                source, towards = cast("socket.socket", key.fileobj), cast("socket.socket", key.data)
                data = source.recv(_CHUNK)
                if data:
                    towards.sendall(data)
                    continue
                waiting.unregister(source)
                with contextlib.suppress(OSError):
                    towards.shutdown(socket.SHUT_WR)
