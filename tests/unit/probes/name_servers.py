"""A real PowerDNS on loopback, with a zone made for a test, and servers of transfers that break off in a chosen way."""

from __future__ import annotations

import socket
import sqlite3
import struct
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.rrset

SCHEMA = Path("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")
ZONE = "home.example"
SOA = f"ns1.{ZONE}. hostmaster.{ZONE}. 41 10800 3600 604800 60"


@dataclass(frozen=True)
class PowerDns:
    """A running server; `configuration` is the folder of its pdns.conf."""

    port: int
    web: int
    configuration: Path

    def util(self, *words: str, stdin: str | None = None) -> str:
        command = ["pdnsutil", f"--config-dir={self.configuration}", *words]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True).stdout


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def powerdns(folder: Path, records: Iterable[tuple[str, str, str]], **settings: str) -> Iterator[PowerDns]:
    """Serve `ZONE` with these records (name in the zone, type, data) until the block is over."""
    database = folder / "zones.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(SCHEMA.read_text())
        connection.execute("INSERT INTO domains (id, name, type) VALUES (1, ?, 'NATIVE')", (ZONE,))
        rows = [
            (ZONE, "SOA", SOA.replace(". ", " ")),
            *((f"{name}.{ZONE}", kind, data) for name, kind, data in records),
        ]
        connection.executemany(
            "INSERT INTO records (domain_id, name, type, content, ttl, auth) VALUES (1, ?, ?, ?, 300, 1)",
            rows,
        )
    connection.close()
    port, web = free_port(), free_port()
    options = {
        "launch": "gsqlite3",
        "gsqlite3-database": str(database),
        "local-address": "127.0.0.1",
        "local-port": str(port),
        "socket-dir": str(folder),
        "webserver": "yes",
        "webserver-address": "127.0.0.1",
        "webserver-port": str(web),
        "security-poll-suffix": "",
    } | {name.replace("_", "-"): value for name, value in settings.items()}
    (folder / "pdns.conf").write_text("".join(f"{name}={value}\n" for name, value in options.items()))
    log = (folder / "pdns.log").open("wb")
    process = subprocess.Popen(["pdns_server", f"--config-dir={folder}"], stdout=log, stderr=log)
    try:
        _await(port, folder)
        yield PowerDns(port, web, folder)
    finally:
        process.kill()
        process.wait()
        log.close()


def _await(port: int, folder: Path) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((folder / "pdns.log").read_text())


def transferring(
    *messages: Iterable[dns.rrset.RRset], then: Callable[[socket.socket], object] = socket.socket.close
) -> Callable[[socket.socket], None]:
    """A server that sends these messages as the answer to a question for a transfer, and then does something else."""

    def talk(connection: socket.socket) -> None:
        (length,) = struct.unpack("!H", connection.recv(2))
        question = dns.message.from_wire(connection.recv(length))
        for records in messages:
            answer = dns.message.make_response(question)
            answer.answer.extend(records)
            wire = answer.to_wire()
            connection.sendall(struct.pack("!H", len(wire)) + wire)
        then(connection)

    return talk
