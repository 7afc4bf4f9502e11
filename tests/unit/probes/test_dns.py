from __future__ import annotations

import socket
import socketserver
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from probes import dns as probe
from probes.outcomes import Malformed, Refused, TimedOut, Truncated
from probes.vantage import Completed, ExecVantage, LocalVantage
from tests.unit.probes.servers import Talk, serving

ZONE = {
    ("example.", "SOA"): ["ns1.example. hostmaster.example. 2025112401 10800 3600 604800 60"],
    ("www.example.", "A"): ["192.0.2.2", "192.0.2.1"],
}


def reply(wire: bytes) -> bytes:
    """What a small authoritative server says."""
    question = dns.message.from_wire(wire)
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.AA
    asked = question.question[0]
    data = ZONE.get((str(asked.name), dns.rdatatype.to_text(asked.rdtype)))
    if data:
        answer.answer.append(dns.rrset.from_text(asked.name, 300, "IN", asked.rdtype, *data))
    else:
        answer.set_rcode(dns.rcode.NXDOMAIN)
        answer.authority.append(dns.rrset.from_text("example.", 60, "IN", "SOA", *ZONE["example.", "SOA"]))
    if str(asked.name).startswith("big"):
        answer.flags |= dns.flags.TC
    return answer.to_wire()


@pytest.fixture
def udp() -> Iterator[int]:
    """A name server on UDP; the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, sock = self.request
            sock.sendto(b"nonsense" if b"nonsense" in wire else reply(wire), self.client_address)

    with serving(socketserver.UDPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


@pytest.fixture
def tcp(talking: Callable[[Talk], int]) -> int:
    """A name server on TCP; the port."""

    def talk(connection: socket.socket) -> None:
        (length,) = struct.unpack("!H", connection.recv(2))
        answer = reply(connection.recv(length))
        connection.sendall(struct.pack("!H", len(answer)) + answer)

    return talking(talk)


@dataclass(frozen=True)
class TcpOnly:
    """A vantage point that cannot send UDP, as a pod behind kubectl."""

    name: str = "a pod"

    def run(self, argv: object, **_options: object) -> Completed:
        raise NotImplementedError(argv)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        return socket.create_connection((host, port), timeout)


ANSWER = probe.Answer(
    "NOERROR", ("www.example. A 192.0.2.1", "www.example. A 192.0.2.2"), authoritative=True, transport="udp"
)


def test_asks_over_udp(here: LocalVantage, udp: int) -> None:
    found = probe.query(here, "127.0.0.1", "www.example", "A", port=udp)
    assert found == ANSWER
    assert isinstance(found, probe.Answer)
    assert found.data("a") == ("192.0.2.1", "192.0.2.2")
    assert found.ttl == 300
    assert str(found) == "NOERROR over udp, authoritative: www.example. A 192.0.2.1; www.example. A 192.0.2.2"


def test_asks_over_tcp(here: LocalVantage, tcp: int) -> None:
    found = probe.query(here, "127.0.0.1", "example", "SOA", tcp=True, port=tcp)
    assert isinstance(found, probe.Answer)
    assert found.transport == "tcp"
    assert found.data("SOA") == tuple(ZONE["example.", "SOA"])


def test_says_so_when_the_vantage_point_has_tcp_only(tcp: int) -> None:
    found = probe.query(TcpOnly(), "127.0.0.1", "www.example", "A", port=tcp)
    assert isinstance(found, probe.Answer)
    assert (found.records, found.transport) == (ANSWER.records, "tcp")


def test_knows_beforehand_what_a_place_can_ask_over(here: LocalVantage) -> None:
    assert probe.transports(here) == {"TCP", "UDP"}
    assert probe.transports(TcpOnly()) == {"TCP"}
    assert probe.transports(ExecVantage("the VPS", ("ssh", "vps"), joined=True)) == {"TCP"}


def test_no_such_name_is_an_answer(here: LocalVantage, udp: int) -> None:
    found = probe.query(here, "127.0.0.1", "nothing.example", "A", port=udp)
    assert isinstance(found, probe.Answer)
    assert (found.rcode, found.records) == ("NXDOMAIN", ())
    assert found.authority == (f"example. SOA {ZONE['example.', 'SOA'][0]}",)


def test_a_truncated_reply_is_told_and_not_asked_again(here: LocalVantage, udp: int) -> None:
    found = probe.query(here, "127.0.0.1", "big.example", "TXT", port=udp)
    assert isinstance(found, probe.Answer)
    assert found.truncated


def test_tells_failures_apart(here: LocalVantage, udp: int, talking: Callable[[Talk], int]) -> None:
    def ask(port: int, name: str = "www.example", *, tcp: bool = False) -> object:
        return probe.query(here, "127.0.0.1", name, "A", tcp=tcp, timeout=0.3, port=port)

    assert ask(1, tcp=True) == Refused()
    assert ask(1) == Refused()  # ICMP port unreachable
    assert ask(talking(lambda connection: connection.recv(99) and connection.recv(1)), tcp=True) == TimedOut()
    assert ask(talking(lambda connection: connection.recv(99)), tcp=True) == Truncated()
    assert isinstance(ask(udp, "nonsense.example"), Malformed)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        assert ask(mute.getsockname()[1]) == TimedOut()
