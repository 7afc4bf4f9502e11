"""What a name server answers to one question."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

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
    records, authority: the records of these sections as "NAME TYPE DATA", sorted; without TTL.
    authoritative, truncated: the AA and TC flags. A truncated reply is not asked again over TCP.
    transport: "udp" or "tcp": what was really used.
    ttl: the smallest of the answer section, in seconds. It and `seconds` do not count in a comparison.
    """

    rcode: str
    records: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    authoritative: bool = False
    truncated: bool = False
    transport: str = "udp"
    ttl: int | None = field(default=None, compare=False)
    seconds: float = field(default=0.0, compare=False)

    def data(self, rdtype: str) -> tuple[str, ...]:
        """Return the data of the answer's records of one type, sorted."""
        parts = (record.split(" ", 2) for record in self.records)
        return tuple(data for _name, kind, data in parts if kind == rdtype.upper())

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
) -> Answer | NetworkFailure:
    """Ask one name server one question, once; in about `timeout` seconds at most.

    UDP, unless `tcp` or the vantage point has TCP only (then `Answer.transport` says so).
    Raises CannotObserve as `Vantage.dial`.
    """
    question = dns.message.make_query(name, rdtype)
    if not recurse:
        question.flags &= ~dns.flags.RD
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
        ttl=min((rrset.ttl for rrset in reply.answer), default=None),
        seconds=time.monotonic() - began,
    )


def _texts(section: Iterable[RRset]) -> tuple[str, ...]:
    # to_text() puts one record on a line: "NAME TTL CLASS TYPE DATA"
    lines = (line.split(" ", 4) for rrset in section for line in rrset.to_text().splitlines())
    return tuple(sorted(f"{name} {rdtype} {data}" for name, _ttl, _class, rdtype, data in lines))
