"""urllib3 connections that start at a vantage point; under requests and the Kubernetes client."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, cast

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from probes.vantage import Completed, Vantage

_CONNECT_TIMEOUT = 5.0


def dial_from(pools: urllib3.PoolManager, vantage: Vantage, *, reuse: bool) -> None:
    """Have this pool manager open its connections from the vantage point; `reuse`: for several requests."""

    class Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _dialled(self, vantage)

        @property
        def is_connected(self) -> bool:  # asked before a kept connection is used again
            return reuse and super().is_connected

    class TlsConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _dialled(self, vantage)

        @property
        def is_connected(self) -> bool:
            return reuse and super().is_connected

    class Pool(HTTPConnectionPool):
        ConnectionCls = cast("Any", Connection)  # urllib3 types what it expects here as a protocol of its own

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = cast("Any", TlsConnection)

        def _validate_conn(self, conn: Any) -> None:
            if conn.is_closed:
                conn.connect()  # and no warning: whoever does not want a certificate checked has said so

    classes: dict[str, type[HTTPConnectionPool | HTTPSConnectionPool]] = {"http": Pool, "https": TlsPool}
    cast("Any", pools).pool_classes_by_scheme = classes


def _dialled(connection: HTTPConnection, vantage: Vantage) -> socket.socket:
    """Dial, and fail as urllib3's own connections do."""
    wanted = urllib3.Timeout.resolve_default_timeout(connection.timeout)
    try:
        return vantage.dial(
            connection.host.strip("[]"),
            connection.port or connection.default_port,
            timeout=_CONNECT_TIMEOUT if wanted is None else wanted,
        )
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, str(error)) from error
    except OSError as error:
        raise NewConnectionError(connection, str(error)) from error


class Bounded:
    """A vantage point whose connections are all torn down when the time is over.

    A time-out on a socket bounds each wait for the next byte, so a peer that sends one now and then could
    keep a reader for ever; this bounds the whole. It also remembers the last peer it reached.
    """

    def __init__(self, vantage: Vantage, seconds: float) -> None:
        """Start at `__enter__`; the time is over `seconds` later."""
        self.vantage = vantage
        self.seconds = seconds
        self.expired = False
        self.peer: str | None = None
        self._deadline = 0.0
        self._lock = threading.Lock()
        self._guards: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    @property
    def name(self) -> str:
        """The name of the vantage point."""
        return self.vantage.name

    def __enter__(self) -> Self:
        """Start the clock."""
        self._deadline = time.monotonic() + self.seconds
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop the clock; the connections stay as they are."""
        self._timer.cancel()
        with self._lock:
            for guard in self._guards:
                guard.close()
            self._guards.clear()

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        """See `Vantage.run`."""
        return self.vantage.run(argv, timeout=timeout, stdin=stdin)

    def dial(self, host: str, port: int, *, timeout: float = _CONNECT_TIMEOUT) -> socket.socket:
        """See `Vantage.dial`."""
        left = max(self._deadline - time.monotonic(), 0.001)
        sock = self.vantage.dial(host, port, timeout=min(timeout, left))
        try:
            sock.settimeout(timeout)
            self.peer = _peer(sock)
            with self._lock:
                self._guards.append(sock.dup())  # TLS takes `sock` over; this one still names the connection
        except BaseException:
            sock.close()
            raise
        if self.expired:
            self._tear_down()
        return sock

    def _expire(self) -> None:
        self.expired = True
        self._tear_down()

    def _tear_down(self) -> None:
        with self._lock:
            for guard in self._guards:
                with contextlib.suppress(OSError):
                    guard.shutdown(socket.SHUT_RDWR)


def _peer(sock: socket.socket) -> str | None:
    """Return "address:port" of the other side; None where a relay stands between.

    Raises ConnectionResetError: the connection is gone again. TLS on it would fail too, and leave its socket open.
    """
    try:
        name = sock.getpeername()
    except OSError as error:
        raise ConnectionResetError(errno.ECONNRESET, "reset before it was used") from error
    match name:
        case (str(address), int(port), *_):
            return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        case _:
            return None
