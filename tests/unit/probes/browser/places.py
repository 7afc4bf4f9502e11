"""A place from which every host of a small world is a port of loopback, and the web servers behind them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from probes.outcomes import CannotResolve
from probes.vantage import Completed
from tests.unit.probes.servers import serving

Reply = tuple[int, Mapping[str, str], str]
"""Status, headers, page."""
Answer = Callable[[str, str, str], Reply]
"""Method, path with query, body → what comes."""
Listening = Callable[[str, str, Mapping[str, str]], Reply]
"""Method, path with query, headers → what comes."""


@dataclass
class World:
    """A vantage point that reaches a port of loopback by the host's name; dialled: what was asked for."""

    hosts: dict[str, int]
    name: str = "the small world"
    dialled: list[tuple[str, int]] = field(default_factory=list)

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        raise NotImplementedError

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        self.dialled.append((host, port))
        if host not in self.hosts:
            raise CannotResolve(host, "no such host")
        return socket.create_connection(("127.0.0.1", self.hosts[host]), timeout)


@contextmanager
def site(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve pages, over TLS if there is a context; the port."""
    with _serving(lambda method, path, _headers, body: answer(method, path, body), context) as port:
        yield port


@contextmanager
def listening_site(answer: Listening) -> Iterator[int]:
    """Serve pages by the headers that come along; the port."""
    with _serving(lambda method, path, headers, _body: answer(method, path, headers), None) as port:
        yield port


@contextmanager
def _serving(
    answer: Callable[[str, str, Mapping[str, str], str], Reply], context: ssl.SSLContext | None
) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, headers, page = answer(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(page.encode())))
            self.end_headers()
            self.wfile.write(page.encode())

        do_GET = do_POST = handle_any  # noqa: N815 - as the library calls them

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library calls it
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a browser that does not trust us hangs up

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with serving(server) as port:
        yield port
