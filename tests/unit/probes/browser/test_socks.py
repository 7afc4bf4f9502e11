from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

import pytest

from probes.browser.socks import Relay
from probes.outcomes import CannotObserve, Refused, Unresolvable
from probes.vantage import LocalVantage
from tests.unit.probes.browser.places import World
from tests.unit.probes.servers import Talk


def connect(relay: Relay, host: str, port: int) -> tuple[socket.socket, int]:
    """Ask as RFC 1928 says; the socket, and the code of the answer."""
    address, _, own = relay.server.removeprefix("socks5://").partition(":")
    sock = socket.create_connection((address, int(own)), 5)
    sock.sendall(b"\x05\x01\x00")
    assert sock.recv(2) == b"\x05\x00"
    sock.sendall(b"\x05\x01\x00\x03" + bytes((len(host),)) + host.encode() + struct.pack("!H", port))
    answer = sock.recv(10)
    return sock, answer[1]


def shouts(connection: socket.socket) -> None:
    data = b""
    while more := connection.recv(1024):
        data += more
    connection.sendall(data.upper())


def test_carries_bytes_both_ways_and_tells_the_end_of_each(talking: Callable[[Talk], int]) -> None:
    world = World({"there.example": talking(shouts)})
    relay = Relay(world)
    sock, code = connect(relay, "there.example", 443)
    assert code == 0
    sock.sendall(b"hello")
    sock.shutdown(socket.SHUT_WR)
    assert sock.recv(10) == b"HELLO"
    assert sock.recv(10) == b""
    sock.close()
    relay.close()
    assert world.dialled == [("there.example", 443)]
    assert relay.failures == {}


def test_remembers_why_it_did_not_get_there() -> None:
    world = World({"closed.example": 9})
    relay = Relay(world)
    for host, code in (("closed.example", 5), ("nowhere.example", 4)):
        sock, said = connect(relay, host, 443)
        assert said == code
        sock.close()
    assert relay.failures == {
        ("closed.example", 443): Refused(),
        ("nowhere.example", 443): Unresolvable("nowhere.example", "no such host"),
    }
    relay.close()


def test_says_nothing_of_a_target_that_cannot_be_looked_at() -> None:
    class Off(World):
        def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:  # noqa: ARG002
            raise CannotObserve(f"{host}:{port}", self.name, "the machine is off")

    relay = Relay(Off({}))
    sock, code = connect(relay, "there.example", 443)
    sock.close()
    relay.close()
    assert code == 1
    assert isinstance(relay.failures["there.example", 443], CannotObserve)


def test_ends_with_everything_that_goes_through_it(talking: Callable[[Talk], int]) -> None:
    port = talking(lambda connection: connection.recv(1))
    before = set(threading.enumerate())
    relay = Relay(World({"there.example": port}))
    talks = [connect(relay, "there.example", 443)[0] for _ in range(5)]
    own = ("127.0.0.1", int(relay.server.rpartition(":")[2]))
    silent = socket.create_connection(own, 5)
    relay.close()
    assert all(talk.recv(1) == b"" for talk in talks)
    assert [each for each in set(threading.enumerate()) - before if each.name.startswith("socks")] == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(own, 1)
    for each in (*talks, silent):
        each.close()


def test_what_is_no_socks_is_hung_up_on(here: LocalVantage) -> None:
    relay = Relay(here)
    with socket.create_connection(("127.0.0.1", int(relay.server.rpartition(":")[2])), 5) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert sock.recv(100) == b""
    relay.close()
