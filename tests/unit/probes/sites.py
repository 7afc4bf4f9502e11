"""Websites of made-up hosts, over TLS on loopback, that answer as a test says."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from probes.vantage import Completed, LocalVantage
from tests.unit.probes.servers import Authority, serving


@dataclass(frozen=True)
class Asked:
    """A request. url: with the host that was asked for."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Said:
    """An answer. cookies: "name=value; attributes"."""

    body: str = ""
    status: int = 200
    location: str = ""
    cookies: tuple[str, ...] = ()


Answer = Callable[[Asked], Said | None]


@dataclass
class Sites:
    """All of them; whoever looks from here finds each by its name."""

    answer: Answer
    port: int = 0
    roots: Path = Path()
    asked: list[Asked] = field(default_factory=list)
    name: str = "here"

    def run(self, argv: Sequence[str], **_how: Any) -> Completed:
        raise NotImplementedError(argv)

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        del host, port
        return LocalVantage("here").dial("127.0.0.1", self.port, timeout=timeout)


@contextmanager
def sites(folder: Path, names: Sequence[str], answer: Answer) -> Iterator[Sites]:
    """Serve them; what `answer` does not know is 404."""
    authority = Authority.made(folder, "sites")
    found = Sites(answer, roots=authority.file)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked = Asked(
                self.command, f"https://{self.headers['Host']}{self.path}", dict(self.headers), body
            )
            found.asked.append(asked)
            said = found.answer(asked) or Said("not here", 404)
            data = said.body.encode()
            self.send_response(said.status)
            for cookie in said.cookies:
                self.send_header("Set-Cookie", cookie)
            if said.location:
                self.send_header("Location", said.location)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815 - http.server's names

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = authority.server(*names).wrap_socket(server.socket, server_side=True)
    with serving(server) as found.port:
        yield found


def openings(folder: Path, names: Sequence[str]) -> Iterator[Callable[[Answer], Sites]]:
    """Give what serves them with an answer of the test's own, until the fixture that yields from this ends."""
    with ExitStack() as opened:
        yield lambda answer: opened.enter_context(sites(folder, names, answer))
