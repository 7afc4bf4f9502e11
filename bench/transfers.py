"""`python -m bench transfers`: a zone of 10,000 records copied, compared and told, beside dnspython alone.

A PowerDNS of its own on the loopback serves the zone, so that nothing but the two readers differs.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import dns.query
import dns.zone

from probes import dns as names
from probes import transfer, zone
from probes.dns import Answer
from probes.transfer import Transferred
from probes.vantage import LocalVantage
from probes.waiting import Patience, eventually

RECORDS = 10_000
ZONE = "large.example."
HERE = LocalVantage("this machine")
LOOPBACK = "127.0.0.1"
_STARTS = Patience(within=30.0, every=0.2)


def main(arguments: list[str]) -> int:
    """Measure both in turns and print the medians, and the first as a multiple of the second."""
    parser = argparse.ArgumentParser(prog="python -m bench transfers", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="how often each is measured (default: 7)")
    given = parser.parse_args(arguments)
    with _served() as port:
        expected = _ours(port, frozenset())
        bare: list[float] = []
        ours: list[float] = []
        for _ in range(given.runs):
            bare.append(_timed(lambda: _bare(port)))
            ours.append(_timed(lambda: _ours(port, expected)))
    first, second = statistics.median(ours), statistics.median(bare)
    print(f"medians of {given.runs} runs, {RECORDS:,} records")  # noqa: T201
    print(f"copied, compared and told  {first:8.3f} s")  # noqa: T201
    print(f"dnspython alone            {second:8.3f} s")  # noqa: T201
    print(f"the first as a multiple    {first / second:8.2f} x  (at most 1.5)")  # noqa: T201
    return 0


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def _bare(port: int) -> int:
    copied = dns.zone.from_xfr(dns.query.xfr(LOOPBACK, ZONE, port=port, relativize=False), relativize=False)
    return len(copied.nodes)


def _ours(port: int, expected: frozenset[transfer.Record]) -> frozenset[transfer.Record]:
    copied = transfer.fetch(HERE, LOOPBACK, ZONE, port=port)
    if not isinstance(copied, Transferred):
        raise SystemExit(f"error: the zone could not be copied: {copied}")
    if expected:
        told = f"{copied}\n{zone.compare(expected, copied.records)}"
        if len(copied.records) < RECORDS or not told:
            raise SystemExit("error: the copy is not whole")
    return copied.records


@contextmanager
def _served() -> Generator[int]:
    """Serve the zone on a free port of the loopback for the length of the block."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        port = int(taken.getsockname()[1])
        taken.close()
        place = Path(folder)
        hosts = "".join(f"host{number} IN A 192.0.2.{number % 250 + 1}\n" for number in range(RECORDS))
        soa = f"$TTL 300\n@ IN SOA ns.{ZONE} hostmaster.{ZONE} 1 3600 600 86400 300\n@ IN NS ns.{ZONE}\n"
        (place / "zone").write_text(soa + "ns IN A 192.0.2.1\n" + hosts)
        (place / "named.conf").write_text(
            f'zone "{ZONE.rstrip(".")}" {{ type master; file "{place}/zone"; }};\n'
        )
        words = {
            "launch": "bind",
            "bind-config": place / "named.conf",
            "config-dir": place,
            "socket-dir": place,
            "local-address": LOOPBACK,
            "local-port": port,
            "allow-axfr-ips": "127.0.0.0/8",
            "security-poll-suffix": "",
            "guardian": "no",
            "daemon": "no",
        }
        command = ["pdns_server", *(f"--{name}={value}" for name, value in words.items())]
        server = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin"}
        )
        try:
            eventually(
                lambda: names.query(HERE, LOOPBACK, ZONE, "SOA", port=port, timeout=1.0),
                lambda answer: isinstance(answer, Answer) and bool(answer.records),
                expected="PowerDNS serves the zone",
                patience=_STARTS,
            )
            yield port
        finally:
            server.kill()
            server.wait()
