"""Servers that answer, or fail in a chosen way, on loopback and in a small network of its own."""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from probes.vantage import LocalVantage, NamespaceVantage
from tests.unit.probes.servers import Network, Talk, Threaded, WebServer, serving

RECORDINGS = Path(__file__).parent / "recordings"


@pytest.fixture
def here() -> LocalVantage:
    return LocalVantage("here")


@pytest.fixture
def recording() -> Callable[[str], str]:
    """The text of a file of `recordings/`."""
    return lambda name: (RECORDINGS / name).read_text()


@pytest.fixture
def talking() -> Iterator[Callable[[Talk], int]]:
    """Start a server on loopback that treats each connection as told; the port."""
    stops: list[Any] = []

    def start(talk: Talk) -> int:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                talk(self.request)

        context = serving(Threaded(("127.0.0.1", 0), Handler))
        stops.append(context)
        return context.__enter__()

    yield start
    for context in stops:
        context.__exit__(None, None, None)


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A web server on loopback; a dict as body is sent as JSON, a callable gets the request's body."""
    known = WebServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            known.asked.append((self.command, self.path, dict(self.headers), body))
            missing = {"kind": "Status", "reason": "NotFound", "message": f"{self.path} not found"}
            status, reply = known.replies.get(self.path, (404, missing))
            reply = reply(body) if callable(reply) else reply
            data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            length = len(data) + (1000 if data.endswith(b"<cut>") else 0)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(data)
            self.close_connection = True

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 - http.server's names

        def log_message(self, *_args: object) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as known.port:
        yield known


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """Build the network; needs root, and says so rather than skip."""
    if os.geteuid() != 0:
        pytest.fail("these tests make network namespaces and so need root")
    mark = f"cs-probes-{os.getpid()}"
    a, b = f"{mark}-a", f"{mark}-b"

    def ip(words: str) -> None:
        subprocess.run(["ip", *words.split()], check=True)

    try:
        ip(f"netns add {a}")
        ip(f"netns add {b}")
        ip(f"-n {a} link add eth0 type veth peer name eth0 netns {b}")
        for namespace, address in ((a, "10.99.0.1/24"), (b, "10.99.0.2/24")):
            ip(f"-n {namespace} address add {address} dev eth0")
            ip(f"-n {namespace} link set eth0 up")
            ip(f"-n {namespace} link set lo up")
        ip(f"-n {a} route add 10.99.1.0/24 via 10.99.0.2")
        ip(f"-n {b} route add blackhole 10.99.1.0/24")
        server = NamespaceVantage("the server", b)
        server.run(("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"))
        client = NamespaceVantage("the client", a)
        client.run(("sh", "-c", "echo 50 > /proc/sys/net/ipv4/neigh/eth0/retrans_time_ms"))  # 1 s by default
        yield Network(client, server)
    finally:
        for namespace in (a, b):
            subprocess.run(["ip", "netns", "delete", namespace], check=False, stderr=subprocess.DEVNULL)
