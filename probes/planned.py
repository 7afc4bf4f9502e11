"""Small looks at what the roadmap plans and nobody has built yet; each moves to a module of its own when it is."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes import http
from probes.outcomes import NetworkFailure

if TYPE_CHECKING:
    from probes.vantage import Vantage

_OK = 200
OTLP_PORT = 4318
"""Where OpenTelemetry collectors take spans over HTTP."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A web server answered. itself: the answer has what only the product in question would say."""

    status: int
    itself: bool
    start: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"HTTP {self.status}, {'as itself' if self.itself else 'as something else'}: {self.start}"


MARKS = {
    "ActivityWatch": ("/", b"<title>ActivityWatch"),
    "Bazarr": ("/", b"<title>Bazarr"),
    "Bazel Remote Cache": ("/status", b'"NumFiles"'),
    "Guacamole": ("/guacamole/", b"guacamole"),
    "InvenTree": ("/api/", b'"InvenTree"'),
    "Jellyfin": ("/System/Info/Public", b'"Jellyfin Server"'),
    "Overseerr": ("/api/v1/status", b'"commitTag"'),
    "Paperless-ngx": ("/accounts/login/", b"Paperless-ngx"),
    "Prowlarr": ("/", b"<title>Prowlarr"),
    "Radarr": ("/", b"<title>Radarr"),
    "Sonarr": ("/", b"<title>Sonarr"),
    "Syncthing": ("/", b"<title>Syncthing"),
    "qBittorrent": ("/", b"qBittorrent"),
}
"""How each product is recognised: where to ask, and what the answer then has in it."""


def product(vantage: Vantage, host: str, name: str, *, timeout: float = 10.0) -> Answered | NetworkFailure:
    """Ask a host over HTTPS whether it is a product of `MARKS`; its certificate must be a trusted one."""
    reply = http.get(vantage, f"https://{host}{MARKS[name][0]}", timeout=timeout)
    return reply if isinstance(reply, NetworkFailure) else told(reply.status, reply.body, name)


def told(status: int, body: bytes, name: str) -> Answered:
    """Say whether an answer is one of this product."""
    start = " ".join(body[:120].decode(errors="replace").split())
    return Answered(status, status == _OK and MARKS[name][1] in body, start)


def send_span(
    vantage: Vantage, host: str, *, port: int = OTLP_PORT, timeout: float = 10.0
) -> http.Response | NetworkFailure:
    """Send a collector one span of a trace that nobody else has (OTLP over HTTP, JSON)."""
    now = time.time_ns()
    span = {
        "traceId": secrets.token_hex(16),
        "spanId": secrets.token_hex(8),
        "name": "clusterspec",
        "kind": 1,
        "startTimeUnixNano": str(now),
        "endTimeUnixNano": str(now + 1_000_000),
    }
    service = {"key": "service.name", "value": {"stringValue": "clusterspec"}}
    batch = {"resource": {"attributes": [service]}, "scopeSpans": [{"spans": [span]}]}
    return http.request(
        vantage,
        "POST",
        f"http://{host}:{port}/v1/traces",
        headers={"Content-Type": "application/json"},
        body=json.dumps({"resourceSpans": [batch]}).encode(),
        timeout=timeout,
    )
