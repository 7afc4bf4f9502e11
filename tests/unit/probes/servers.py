"""What the servers and the network of `conftest.py` are made of."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probes.vantage import NamespaceVantage

Talk = Callable[[socket.socket], None]


class Threaded(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """Serve in a thread; the port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class WebServer:
    """Answers from `replies`: a path (with its query) → (status, body). Unknown paths are 404."""

    replies: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Network:
    """Two hosts, `client` and `server`, on one wire; and what lies behind the server."""

    client: NamespaceVantage
    server: NamespaceVantage
    address: str = "10.99.0.2"
    dropped: str = "10.99.1.1"  # the server throws away what is for this one
    absent: str = "10.99.0.9"  # nobody has this one: a host that is powered off
    nowhere: str = "203.0.113.1"  # the client has no route to this one

    @property
    def namespaces(self) -> tuple[Path, Path]:
        return Path("/run/netns") / self.client.namespace, Path("/run/netns") / self.server.namespace
