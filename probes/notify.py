"""Whether name servers are notified of changes (NOTIFY, RFC 1996): the packets that reach a host, as tcpdump sees them.

The packets are decoded here, not by tcpdump: what matters is the opcode, and who sent it.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probes.vantage import Completed, Vantage

_LINE = re.compile(r"^\s+0x[0-9a-f]{4}:\s+((?:[0-9a-f]{2,4} ?)+)", re.MULTILINE)
_PACKET = re.compile(r"^(?=\d+\.\d+ )", re.MULTILINE)
_UDP, _IPV4 = 17, 4
_UDP_HEADER, _DNS_HEADER = 8, 12
_RESPONSE, _NOTIFY = 0x80, 4
_GRACE = 10.0
_INTERRUPTED = 124
"""What `timeout` exits with when it had to end the program."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A NOTIFY. source, destination: IPv4 addresses."""

    source: str
    destination: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"NOTIFY from {self.source} to {self.destination}"


@dataclass(frozen=True, slots=True)
class Traffic:
    """The packets of name servers in some seconds. others: DNS packets over UDP that were no NOTIFY; not compared."""

    notifications: tuple[Notification, ...] = ()
    others: int = field(default=0, compare=False)
    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        said = ", ".join(map(str, self.notifications)) or "no NOTIFY"
        return f"{said}, and {self.others} other packets in {self.seconds:g} s"


class Watch:
    """A watch that has begun. It ends by itself."""

    def __init__(self, vantage: Vantage, seconds: float) -> None:
        self._vantage, self._seconds = vantage, seconds
        self._done: Completed | None = None
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name="watch for NOTIFY")
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nobody looks any more."""
        return not self._thread.is_alive()

    def seen(self) -> Traffic:
        """Return what was seen, when the time of the watch is over.

        Raises:
            CannotObserve: tcpdump did not run there.

        """
        self._thread.join(self._seconds + 2 * _GRACE)
        what = "the packets of name servers"
        if self._failed is not None:
            raise self._failed
        if self._done is None or self._done.returncode not in {0, _INTERRUPTED}:
            raise CannotObserve(what, self._vantage.name, str(self._done or "tcpdump did not end"))
        return parse(self._done.stdout, self._seconds)

    def _run(self) -> None:
        dump = "tcpdump -Z root -i any -n -x -tt -l -s 600 'udp port 53'"
        script = f"timeout -s INT {self._seconds:g} {dump} 2>/dev/null"
        try:
            self._done = self._vantage.run(("sh", "-c", script), timeout=self._seconds + _GRACE)
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            self._failed = error


def watch(vantage: Vantage, seconds: float) -> Watch:
    """Begin to look at the DNS packets (UDP) of a host, for so many seconds; returns at once."""
    return Watch(vantage, seconds)


def parse(text: str, seconds: float = 0.0) -> Traffic:
    """Read what `tcpdump -x -tt` has printed of UDP packets: the IPv4 header is the first that is shown."""
    notifications: list[Notification] = []
    others = 0
    for packet in _packets(text):
        header = (packet[0] & 0x0F) * 4
        message = packet[header + _UDP_HEADER :]
        if packet[0] >> 4 != _IPV4 or packet[9] != _UDP or len(message) < _DNS_HEADER:
            continue
        if (message[2] >> 3) & 0x0F == _NOTIFY and not message[2] & _RESPONSE:
            source, destination = (str(IPv4Address(packet[at : at + 4])) for at in (12, 16))
            notifications.append(Notification(source, destination))
        else:
            others += 1
    return Traffic(tuple(notifications), others, seconds)


def _packets(text: str) -> Iterator[bytes]:
    for part in _PACKET.split(text):
        data = bytes.fromhex("".join(line.replace(" ", "") for line in _LINE.findall(part)))
        if len(data) >= 20 + _UDP_HEADER:
            yield data
