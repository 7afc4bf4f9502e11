"""What a name server answers to one question."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.update

from probes.outcomes import Malformed, NetworkFailure, TimedOut, classify
from probes.vantage import DatagramVantage

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from dns.rrset import RRset

    from probes.vantage import Vantage

PORT = 53


@dataclass(frozen=True, slots=True)
class Answer:
    """A name server's reply.

    rcode: as text: "NOERROR", "NXDOMAIN", "REFUSED" ...
    records, authority, additional: the records of these sections as "NAME TYPE DATA", sorted; without TTL.
    authoritative, truncated: the AA and TC flags. A truncated reply is not asked again over TCP.
    transport: "udp" or "tcp": what was really used.
    ttl: the smallest of the answer section, in seconds. size: of the message, in bytes.
    opcode: what was asked for: "QUERY" or "UPDATE".
    additional, ttl, size and seconds do not count in a comparison.
    """

    rcode: str
    records: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    authoritative: bool = False
    truncated: bool = False
    transport: str = "udp"
    opcode: str = "QUERY"
    additional: tuple[str, ...] = field(default=(), compare=False)
    size: int = field(default=0, compare=False)
    ttl: int | None = field(default=None, compare=False)
    seconds: float = field(default=0.0, compare=False)

    def data(self, rdtype: str) -> tuple[str, ...]:
        """Return the data of the answer's records of one type, sorted."""
        return _data(self.records, rdtype)

    def referred_to(self, zone: str) -> tuple[str, ...]:
        """Return the name servers of a zone that the authority section names, sorted; without the last dot."""
        owned = (record for record in self.authority if record.split(" ", 1)[0] == f"{zone.rstrip('.')}.")
        return tuple(name.rstrip(".").lower() for name in _data(owned, "NS"))

    def glue(self, name: str) -> tuple[str, ...]:
        """Return the IPv4 addresses that came beside the answer for a name, sorted."""
        return _data(
            (one for one in self.additional if one.split(" ", 1)[0].rstrip(".").lower() == name), "A"
        )

    def __str__(self) -> str:
        """Read as a line."""
        flags = (", authoritative" if self.authoritative else "") + (", truncated" if self.truncated else "")
        said = "; ".join(self.records) or "no records"
        return f"{self.rcode} over {self.transport}{flags}: {said}"


def query(
    vantage: Vantage,
    server: str,
    name: str,
    rdtype: str,
    *,
    tcp: bool = False,
    timeout: float = 5.0,
    port: int = PORT,
    recurse: bool = True,
    takes: int | None = None,
) -> Answer | NetworkFailure:
    """Ask one name server one question, once; in about `timeout` seconds at most.

    UDP, unless `tcp` or the vantage point has TCP only (then `Answer.transport` says so).
    takes: bytes that an answer over UDP may have, said by EDNS; without it nothing is said, and it is 512.
    Raises CannotObserve as `Vantage.dial`.
    """
    edns = -1 if takes is None else 0
    question = dns.message.make_query(name, rdtype, use_edns=edns, payload=takes or 0)
    if not recurse:
        question.flags &= ~dns.flags.RD
    return _exchange(vantage, server, question, tcp=tcp, timeout=timeout, port=port)


def transports(vantage: Vantage) -> frozenset[str]:
    """Return what can be asked over from there: "TCP", and "UDP" where packets can be sent as they are."""
    return frozenset({"TCP", "UDP"} if isinstance(vantage, DatagramVantage) else {"TCP"})


def unsigned_update(
    vantage: Vantage, server: str, zone: str, *, timeout: float = 5.0, port: int = PORT
) -> Answer | NetworkFailure:
    """Ask to change a zone (RFC 2136), without a key. Nothing is changed, whatever the server thinks of it.

    The update depends on a name that nobody has: a server that would have taken it says NXDOMAIN, one that minds who
    asks says REFUSED before it looks. Raises CannotObserve as `Vantage.dial`.
    """
    update = dns.update.UpdateMessage(zone)
    update.present(f"{secrets.token_hex(8)}-nobody")
    update.add("clusterspec-never", 60, "TXT", '"never"')
    return _exchange(vantage, server, update, tcp=False, timeout=timeout, port=port)


def _exchange(
    vantage: Vantage, server: str, question: dns.message.Message, *, tcp: bool, timeout: float, port: int
) -> Answer | NetworkFailure:
    began = time.monotonic()
    try:
        if tcp or not isinstance(vantage, DatagramVantage):
            with vantage.dial(server, port, timeout=timeout) as sock:
                return _answer(_over_tcp(question, sock, timeout), "tcp", began)
        with vantage.dial_udp(server, port, timeout=timeout) as sock:
            reply = dns.query.udp(question, sock.getpeername()[0], timeout=timeout, port=port, sock=sock)
            return _answer(reply, "udp", began)
    except dns.exception.Timeout:
        return TimedOut(timeout)
    except dns.exception.DNSException as error:
        return Malformed(f"{type(error).__name__}: {error}")
    except (OSError, EOFError) as error:
        failure = classify(error, after=timeout)
        if failure is None:
            raise
        return failure


def _over_tcp(question: dns.message.Message, sock: socket.socket, timeout: float) -> dns.message.Message:
    sock.settimeout(0.0)  # dnspython waits by itself, for `timeout` seconds in all
    return dns.query.tcp(question, "", timeout=timeout, sock=sock)


def _answer(reply: dns.message.Message, transport: str, began: float) -> Answer:
    return Answer(
        rcode=dns.rcode.to_text(reply.rcode()),
        records=_texts(reply.answer),
        authority=_texts(reply.authority),
        authoritative=bool(reply.flags & dns.flags.AA),
        truncated=bool(reply.flags & dns.flags.TC),
        transport=transport,
        opcode=dns.opcode.to_text(reply.opcode()),
        additional=_texts(reply.additional),
        size=len(reply.wire or b""),
        ttl=min((rrset.ttl for rrset in reply.answer), default=None),
        seconds=time.monotonic() - began,
    )


def _data(records: Iterable[str], rdtype: str) -> tuple[str, ...]:
    parts = (record.split(" ", 2) for record in records)
    return tuple(data for _name, kind, data in parts if kind == rdtype.upper())


def _texts(section: Iterable[RRset]) -> tuple[str, ...]:
    # to_text() puts one record on a line: "NAME TTL CLASS TYPE DATA"
    lines = (line.split(" ", 4) for rrset in section for line in rrset.to_text().splitlines())
    return tuple(sorted(f"{name} {rdtype} {data}" for name, _ttl, _class, rdtype, data in lines))
