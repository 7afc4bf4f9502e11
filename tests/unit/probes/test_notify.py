from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence

import dns.message
import dns.opcode
import pytest

from probes import notify
from probes.notify import Notification, Traffic
from probes.outcomes import CannotObserve
from probes.vantage import Completed
from probes.waiting import Patience, eventually
from tests.unit.probes.servers import Network

SEEN = """\
1795543210.111111 IP 10.0.2.1.40000 > 10.99.0.2.53: 9999 notify [b2&3=0x2400] SOA? example.com. (29)
\t0x0000:  4500 0039 0000 4000 4011 0000 0a00 0201
\t0x0010:  0a63 0002 9c40 0035 0025 0000 270f 2400
\t0x0020:  0001 0000 0000 0000 0765 7861 6d70 6c65
\t0x0030:  0363 6f6d 0000 0600 01
1795543211.222222 IP 10.99.0.2.53 > 10.0.2.1.40000: 9999 notify*- 0/0/0 (29)
\t0x0000:  4500 0039 0000 4000 4011 0000 0a63 0002
\t0x0010:  0a00 0201 0035 9c40 0025 0000 270f a400
\t0x0020:  0001 0000 0000 0000 0765 7861 6d70 6c65
\t0x0030:  0363 6f6d 0000 0600 01
1795543212.333333 IP 10.0.2.1.40000 > 10.99.0.2.53: 9999+ SOA? example.com. (29)
\t0x0000:  4500 0039 0000 4000 4011 0000 0a00 0201
\t0x0010:  0a63 0002 9c40 0035 0025 0000 270f 0100
\t0x0020:  0001 0000 0000 0000 0765 7861 6d70 6c65
\t0x0030:  0363 6f6d 0000 0600 01
"""


def test_tells_a_notify_from_its_answer_and_from_a_question() -> None:
    found = notify.parse(SEEN, 5)
    assert found == Traffic((Notification("10.0.2.1", "10.99.0.2"),))
    assert found.others == 2
    assert str(found) == "NOTIFY from 10.0.2.1 to 10.99.0.2, and 2 other packets in 5 s"


def test_no_packet_is_no_witness() -> None:
    found = notify.parse("")
    assert (found.notifications, found.others) == ((), 0)
    assert str(found) == "no NOTIFY, and 0 other packets in 0 s"


def test_sees_the_packets_of_a_real_network(network: Network) -> None:
    question = dns.message.make_query("example.com", "SOA")
    notification = dns.message.make_query("example.com", "SOA")
    notification.set_opcode(dns.opcode.NOTIFY)
    with network.server.dial_udp("127.0.0.1", 9, timeout=1):  # the namespace is there
        watch = notify.watch(network.server, 3)
        assert not watch.is_over

    def send() -> bool:
        with network.client.dial_udp(network.address, 53, timeout=1) as sock:
            for message in (question, notification):
                with contextlib.suppress(ConnectionRefusedError):  # nobody listens there, and says so
                    sock.send(message.to_wire())
        return watch.is_over

    eventually(send, bool, expected="the watch is over", patience=Patience(within=15.0, every=0.3))
    found = watch.seen()
    assert set(found.notifications) == {Notification("10.99.0.1", network.address)}
    assert found.others > 0


class NoTcpdump:
    """A place where it cannot be run."""

    name = "somewhere"

    def run(self, argv: Sequence[str], **_options: object) -> Completed:
        return Completed(tuple(argv), 127, "", "")

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        raise NotImplementedError


def test_where_nobody_can_look_nothing_is_known() -> None:
    with pytest.raises(CannotObserve, match="the packets of name servers"):
        notify.watch(NoTcpdump(), 0.1).seen()
