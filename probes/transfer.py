"""A copy of a zone (AXFR) as a name server hands it out, and how it broke off if it did.

Refused, nobody there, broken off after the opening SOA, broken off later and complete are different values: each
points at another place. A copy that is complete and old is told by its serial (see `probes.serials`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.wire

from probes.outcomes import Malformed, NetworkFailure, TimedOut, Truncated, classify

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from probes.vantage import Vantage

PORT = 53
IDLE = 12.0
"""Seconds of silence after which a copy counts as stalled. A proxy that lingers for 10 s and closes is seen to."""
_HEADER, _LENGTH = 12, 2
_CHUNK = 1 << 16


def _type(kind: int) -> str:
    return dns.rdatatype.to_text(dns.rdatatype.RdataType.make(kind))


How = Literal["closed", "reset", "silent"]


class Record(NamedTuple):
    """One record. name: absolute, in lower case. data: as a zone file has it. ttl in seconds."""

    name: str
    rdtype: str
    ttl: int
    data: str

    def __str__(self) -> str:
        """Read as a line of a zone file."""
        return f"{self.name} {self.ttl} {self.rdtype} {self.data}"


@dataclass(frozen=True, slots=True)
class Transferred:
    """A complete copy. Only the records and the serial count in a comparison.

    records: all but the closing SOA. bytes: of the messages with their length prefixes.
    first_message_records: PowerDNS sends the opening SOA alone, others fill the message.
    """

    records: frozenset[Record]
    serial: int
    messages: int = field(default=0, compare=False)
    bytes: int = field(default=0, compare=False)
    seconds: float = field(default=0.0, compare=False)
    first_message_records: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Read as a line."""
        size = f"{self.messages} messages, {self.bytes} bytes, {self.seconds * 1000:.0f} ms"
        return f"complete: {len(self.records)} records of serial {self.serial} ({size})"


@dataclass(frozen=True, slots=True)
class RefusedTransfer:
    """The server answered, and hands out no copy: REFUSED or NOTAUTH by its access list, or another code."""

    rcode: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"refused by the server: {self.rcode}"


@dataclass(frozen=True, slots=True)
class CutAfterOpening:
    """The opening SOA came, and not one record more. idle: seconds of silence before it was over; not compared."""

    how: How
    idle: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"broken off after the opening SOA: {_said(self.how, self.idle)}"


@dataclass(frozen=True, slots=True)
class Stalled:
    """It broke off in the middle. records: those that came; bytes: all that came; neither is compared."""

    how: How
    records: int = field(default=0, compare=False)
    bytes: int = field(default=0, compare=False)
    idle: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        came = f"{self.records} records, {self.bytes} bytes"
        return f"broken off after {came}: {_said(self.how, self.idle)}"


Transfer = Transferred | RefusedTransfer | CutAfterOpening | Stalled | NetworkFailure


class _Cut(Exception):
    """The connection gave out."""

    def __init__(self, how: How, idle: float) -> None:
        super().__init__(how)
        self.how: How = how
        self.idle = idle


class _Refused(Exception):
    """The server said no."""


@dataclass(slots=True)
class _Copy:
    """What has come so far."""

    records: list[Record] = field(default_factory=list[Record])
    opening: dns.rdata.Rdata | None = None
    closed: bool = False
    messages: int = 0
    bytes: int = 0
    first: int = 0


def fetch(
    vantage: Vantage,
    server: str,
    zone: str,
    *,
    timeout: float = 5.0,
    idle: float = IDLE,
    within: float = 60.0,
    port: int = PORT,
) -> Transfer:
    """Ask for a copy, once; it takes at most about `within` seconds, and `timeout` where nobody is there.

    Args:
        vantage: who asks.
        server: address of the name server.
        zone: name of the zone.
        timeout: seconds for the connection and for the first message.
        idle: seconds of silence after which the rest is not waited for.
        within: seconds for all of it.
        port: of the name server.

    Raises CannotObserve as `Vantage.dial`.

    """
    question = dns.message.make_query(zone, "AXFR")
    question.flags = 0
    wire = question.to_wire()
    copy, began = _Copy(), time.monotonic()
    try:
        with vantage.dial(server, port, timeout=timeout) as sock:
            sock.sendall(len(wire).to_bytes(_LENGTH, "big") + wire)
            _receive(sock, question, copy, (timeout, idle, began + within))
    except _Refused as refused:
        return RefusedTransfer(str(refused))
    except _Cut as cut:
        return _broken(copy, cut, timeout)
    except dns.exception.DNSException as error:
        return Malformed(f"{type(error).__name__}: {error}")
    except OSError as error:
        failure = classify(error, after=timeout)
        if failure is None:
            raise
        return failure
    serial = int(copy.records[0].data.split()[2])
    took = time.monotonic() - began
    records = frozenset(copy.records)
    return Transferred(records, serial, copy.messages, copy.bytes, took, copy.first)


def _broken(copy: _Copy, cut: _Cut, timeout: float) -> Transfer:
    if not copy.bytes and cut.how == "silent":
        return TimedOut(timeout)
    if not copy.records:
        return Truncated(f"the connection was {cut.how} before the opening SOA was whole")
    if len(copy.records) == 1:
        return CutAfterOpening(cut.how, cut.idle)
    return Stalled(cut.how, len(copy.records), copy.bytes, cut.idle)


def _receive(
    sock: socket.socket, question: dns.message.Message, copy: _Copy, times: tuple[float, float, float]
) -> None:
    """Read message after message until the closing SOA."""
    for message in _messages(sock, copy, times):
        parser = dns.wire.Parser(message)
        number, flags, questions, answers = _numbers(parser, "!HHHH")
        parser.seek(_HEADER)
        code = dns.rcode.from_flags(flags, 0)
        if number != question.id:
            raise dns.exception.FormError(f"the answer to another question: {number}")
        if code != dns.rcode.NOERROR:
            raise _Refused(dns.rcode.to_text(code))
        for _ in range(questions):
            parser.get_name(decompress=True)
            _numbers(parser, "!HH")
        before = len(copy.records)
        for _ in range(answers):
            _take(parser, question.question[0].name, copy)
        copy.messages += 1
        if copy.messages == 1:
            if copy.opening is None:
                raise dns.exception.FormError("the first message has no SOA")
            copy.first = len(copy.records) - before
        if copy.closed:
            return


def _take(parser: dns.wire.Parser, zone: dns.name.Name, copy: _Copy) -> None:
    """Take one record out of a message."""
    name = parser.get_name(decompress=True)
    kind, rdclass, ttl, length = _numbers(parser, "!HHIH")
    with parser.restrict_to(length):
        data = dns.rdata.from_wire_parser(
            dns.rdataclass.RdataClass.make(rdclass), dns.rdatatype.RdataType.make(kind), parser
        )
    soa = kind == dns.rdatatype.SOA and name == zone
    if copy.opening is None:
        if not soa:
            raise dns.exception.FormError(f"it begins with {name} {_type(kind)} and not with the SOA")
        copy.opening = data
    elif soa:
        if data != copy.opening:
            raise dns.exception.FormError("it ends with another SOA than it began with")
        copy.closed = True
        return
    copy.records.append(Record(str(name).lower(), _type(kind), ttl, data.to_text()))


def _numbers(parser: dns.wire.Parser, layout: str) -> tuple[int, ...]:
    return cast("tuple[int, ...]", parser.get_struct(layout))  # pyright: ignore[reportUnknownMemberType]


def _messages(sock: socket.socket, copy: _Copy, times: tuple[float, float, float]) -> Iterator[bytes]:
    """Yield the messages as they come. Raises _Cut when the next does not."""
    timeout, idle, deadline = times
    buffer, patience = bytearray(), timeout
    while True:
        while len(buffer) < _LENGTH or len(buffer) < _LENGTH + (
            size := int.from_bytes(buffer[:_LENGTH], "big")
        ):
            buffer += _more(sock, min(patience, max(deadline - time.monotonic(), 0.001)), copy)
            patience = idle
        yield bytes(buffer[_LENGTH : _LENGTH + size])
        del buffer[: _LENGTH + size]


def _more(sock: socket.socket, patience: float, copy: _Copy) -> bytes:
    began = time.monotonic()
    sock.settimeout(patience)
    try:
        piece = sock.recv(_CHUNK)
    except TimeoutError:
        raise _Cut("silent", time.monotonic() - began) from None
    except ConnectionResetError:
        raise _Cut("reset", time.monotonic() - began) from None
    if not piece:
        raise _Cut("closed", time.monotonic() - began)
    copy.bytes += len(piece)
    return piece


def _said(how: How, idle: float) -> str:
    return f"nothing more for {idle:.1f} s" if how == "silent" else f"{how} after {idle:.1f} s of silence"
