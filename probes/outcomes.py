"""What the network may answer instead of an answer, as values, and the one exception of the probes."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class CannotObserve(Exception):
    """Nothing can be said about the target: it is neither well nor ill, it is unknown (verdict `unknown`).

    Two of them are equal when they say the same, so that a wait records a lasting one once.
    """

    def __init__(self, what: str, vantage: str, because: str) -> None:
        """Say what could not be observed, from where, and why."""
        super().__init__(what, vantage, because)
        self.what = what
        self.vantage = vantage
        self.because = because

    def __eq__(self, other: object) -> bool:
        """Compare by what is said."""
        return isinstance(other, CannotObserve) and type(other) is type(self) and self.args == other.args

    def __hash__(self) -> int:
        """Hash by what is said."""
        return hash((type(self), self.args))

    def __str__(self) -> str:
        """Read as a sentence."""
        return f"cannot observe {self.what} from {self.vantage}: {self.because}"


class CannotResolve(socket.gaierror):
    """The name of a host could not be turned into an address; unlike its base it remembers the name."""

    def __init__(self, name: str, reason: str) -> None:
        """Say which name, and what the resolver said."""
        super().__init__(socket.EAI_NONAME, reason)
        self.name = name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NetworkFailure:
    """The network, or the peer's end of it, did this instead of answering. Only subclasses are made."""


@dataclass(frozen=True, slots=True)
class Refused(NetworkFailure):
    """The peer is there and nothing listens on the port (TCP RST to the SYN, ICMP port unreachable)."""

    def __str__(self) -> str:
        """Read as a phrase."""
        return "connection refused"


@dataclass(frozen=True, slots=True)
class TimedOut(NetworkFailure):
    """Nothing came back. `after` is the patience in seconds; it does not count in a comparison."""

    after: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"no answer within {self.after:.1f} s" if self.after else "no answer in time"


@dataclass(frozen=True, slots=True)
class Reset(NetworkFailure):
    """An open connection was torn down (TCP RST)."""

    def __str__(self) -> str:
        """Read as a phrase."""
        return "connection reset"


@dataclass(frozen=True, slots=True)
class Unreachable(NetworkFailure):
    """No way there: no route, or nobody answers to the address on the last link (which takes about 3 s)."""

    reason: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"unreachable: {self.reason}"


@dataclass(frozen=True, slots=True)
class Unresolvable(NetworkFailure):
    """The name has no address, as far as the vantage's resolver says."""

    name: str
    reason: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"name {self.name!r} does not resolve: {self.reason}"


@dataclass(frozen=True, slots=True)
class Truncated(NetworkFailure):
    """The peer closed the connection in order, but before its answer was complete."""

    reason: str = "closed before the answer was complete"

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"truncated: {self.reason}"


@dataclass(frozen=True, slots=True)
class Untrusted(NetworkFailure):
    """TLS came up, and the peer's certificate was not accepted (unknown issuer, expired, other name)."""

    reason: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"certificate not trusted: {self.reason}"


@dataclass(frozen=True, slots=True)
class TlsFailed(NetworkFailure):
    """The TLS handshake failed for another reason than the peer's certificate (alert, no TLS at all)."""

    reason: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"TLS failed: {self.reason}"


@dataclass(frozen=True, slots=True)
class Malformed(NetworkFailure):
    """An answer came that is not of the protocol that was asked for."""

    reason: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"not understood: {self.reason}"


# EINVAL is what a `blackhole` route gives to a local sender, EACCES a `prohibit` route and EPERM a local
# packet filter: the packet never left, which is the same to whoever asks for a way there.
_NO_WAY = {
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.EHOSTDOWN,
    errno.EADDRNOTAVAIL,
    errno.EACCES,
    errno.EPERM,
    errno.EINVAL,
}
_DEPTH = 12


def classify(exc: BaseException, *, after: float = 0.0) -> NetworkFailure | None:
    """Return what the network did, seen in an exception or in what it wraps; None if it was not the network.

    Libraries wrap what a socket raised (urllib3 in `reason`, requests in `args`, others by `from`), so the
    whole chain is looked at, outermost first. `after` is the patience in seconds, for `TimedOut`.
    """
    for link in _chain(exc):
        failure = _one(link, after)
        if failure is not None:
            return failure
    return None


def _chain(exc: BaseException) -> Iterator[BaseException]:
    queue, seen = [exc], set[int]()
    while queue and len(seen) < _DEPTH:
        link = queue.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        # Not __context__: it may be whatever happened to be handled when a bug of ours struck.
        inner = (getattr(link, "reason", None), *link.args, link.__cause__)
        queue.extend(one for one in inner if isinstance(one, BaseException))


def _one(exc: BaseException, after: float) -> NetworkFailure | None:  # noqa: C901, PLR0911 - a table
    match exc:
        case CannotResolve():
            return Unresolvable(exc.name, exc.reason)
        case socket.gaierror():
            return Unresolvable("", exc.strerror or str(exc))
        case TimeoutError():
            return TimedOut(after)
        case ConnectionRefusedError():
            return Refused()
        case http.client.RemoteDisconnected():  # before its bases BadStatusLine and ConnectionResetError
            return Truncated("closed without an answer")
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            return Reset()
        case ssl.SSLCertVerificationError():
            return Untrusted(getattr(exc, "verify_message", None) or str(exc))
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | EOFError() | http.client.IncompleteRead():
            return Truncated()
        case ssl.SSLError():
            return TlsFailed(getattr(exc, "reason", None) or str(exc))
        case http.client.HTTPException():
            return Malformed(f"{type(exc).__name__}: {exc}")
        case OSError() if exc.errno in _NO_WAY:
            return Unreachable(os.strerror(exc.errno))
        case _:
            return None
