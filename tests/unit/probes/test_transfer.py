from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest

from probes import transfer, zone
from probes.outcomes import Malformed, Refused, TimedOut, Truncated
from probes.transfer import CutAfterOpening, Record, RefusedTransfer, Stalled, Transferred
from probes.vantage import LocalVantage
from tests.unit.probes.name_servers import SOA, ZONE, PowerDns, powerdns, transferring
from tests.unit.probes.servers import Talk

RECORDS = [
    ("www", "A", "192.0.2.1"),
    ("www", "A", "192.0.2.2"),
    ("Big", "TXT", '"' + "x" * 200 + '"'),
    ("mail", "MX", "10 www.home.example"),
]
OPENING = dns.rrset.from_text(f"{ZONE}.", 300, "IN", "SOA", SOA)
QUIET = 0.5
"""Seconds after which a server that says nothing more is given up."""
WWW = dns.rrset.from_text(f"www.{ZONE}.", 300, "IN", "A", "192.0.2.1", "192.0.2.2")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PowerDns]:
    """A real PowerDNS that hands out its zone on loopback."""
    many = [(f"host{number}", "A", f"198.51.100.{number % 250}") for number in range(2000)]
    with powerdns(tmp_path_factory.mktemp("pdns"), [*RECORDS, *many], disable_axfr="no") as running:
        yield running


def test_a_copy_of_a_real_server_is_complete_and_equals_what_it_keeps(
    here: LocalVantage, server: PowerDns
) -> None:
    found = transfer.fetch(here, "127.0.0.1", ZONE, port=server.port)
    assert isinstance(found, Transferred)
    assert (found.serial, len(found.records), found.first_message_records) == (41, 2005, 1)
    assert found.messages > 2
    assert found.bytes > 2005 * 16
    assert Record("www.home.example.", "A", 300, "192.0.2.1") in found.records
    kept = zone.parse(server.util("list-zone", ZONE))
    assert str(zone.compare(kept, found.records)) == "no difference"
    assert str(found).startswith("complete: 2005 records of serial 41 (")


def test_an_access_list_says_no(here: LocalVantage, tmp_path: Path) -> None:
    with powerdns(tmp_path, RECORDS, disable_axfr="no", allow_axfr_ips="192.0.2.0/24") as server:
        found = transfer.fetch(here, "127.0.0.1", ZONE, port=server.port)
    assert found == RefusedTransfer("NOTAUTH")
    assert str(found) == "refused by the server: NOTAUTH"


def test_a_real_server_that_hands_out_nothing_closes(here: LocalVantage, tmp_path: Path) -> None:
    with powerdns(tmp_path, RECORDS, disable_axfr="yes") as server:
        found = transfer.fetch(here, "127.0.0.1", ZONE, port=server.port)
    assert isinstance(found, RefusedTransfer)


def fetched(here: LocalVantage, port: int, quiet: float = 10.0) -> transfer.Transfer:
    return transfer.fetch(here, "127.0.0.1", ZONE, timeout=quiet, idle=quiet, within=30.0, port=port)


def silent(connection: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    connection.recv(1)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_how_it_broke_off_is_told_apart(here: LocalVantage, talking: Callable[[Talk], int]) -> None:
    assert transfer.fetch(here, "127.0.0.1", ZONE, port=1) == Refused()
    assert fetched(here, talking(silent_from_the_start), QUIET) == TimedOut()
    assert fetched(here, talking(transferring([OPENING]))) == CutAfterOpening("closed")
    assert fetched(here, talking(transferring([OPENING], then=silent)), QUIET) == CutAfterOpening("silent")
    assert fetched(here, talking(transferring([OPENING], then=reset))) == CutAfterOpening("reset")
    assert fetched(here, talking(transferring([OPENING], [WWW]))) == Stalled("closed")
    assert fetched(here, talking(transferring())) == Truncated(
        "the connection was closed before the opening SOA was whole"
    )


def silent_from_the_start(connection: socket.socket) -> None:
    connection.recv(500)
    silent(connection)


def test_a_stall_says_how_far_it_came(here: LocalVantage, talking: Callable[[Talk], int]) -> None:
    found = fetched(here, talking(transferring([OPENING, WWW], then=silent)), QUIET)
    assert isinstance(found, Stalled)
    assert found.records == 3
    assert found.bytes > 100
    assert found.idle >= QUIET
    assert "broken off after 3 records" in str(found)
    assert f"nothing more for {found.idle:.1f} s" in str(found)


def test_a_copy_in_one_message_or_in_many_is_the_same(
    here: LocalVantage, talking: Callable[[Talk], int]
) -> None:
    one = fetched(here, talking(transferring([OPENING, WWW, OPENING])))
    many = fetched(here, talking(transferring([OPENING], [WWW], [OPENING])))
    assert isinstance(one, Transferred)
    assert isinstance(many, Transferred)
    assert one == many
    assert (one.messages, many.messages) == (1, 3)
    assert (one.first_message_records, many.first_message_records) == (3, 1)


def test_what_is_no_copy_is_not_understood(here: LocalVantage, talking: Callable[[Talk], int]) -> None:
    other = dns.rrset.from_text(f"{ZONE}.", 300, "IN", "SOA", SOA.replace(" 41 ", " 42 "))
    assert isinstance(fetched(here, talking(transferring([WWW]))), Malformed)
    assert isinstance(fetched(here, talking(transferring([OPENING, WWW, other]))), Malformed)
    assert isinstance(fetched(here, talking(transferring([]))), Malformed)
    assert isinstance(fetched(here, talking(_nonsense)), Malformed)
    assert isinstance(fetched(here, talking(_another_question)), Malformed)


def _nonsense(connection: socket.socket) -> None:
    connection.recv(500)
    connection.sendall(b"\x00\x05hello")


def _another_question(connection: socket.socket) -> None:
    (length,) = struct.unpack("!H", connection.recv(2))
    answer = dns.message.make_response(dns.message.from_wire(connection.recv(length)))
    answer.id ^= 1
    wire = answer.to_wire()
    connection.sendall(struct.pack("!H", len(wire)) + wire)
