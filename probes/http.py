"""What a web server answers, seen from a vantage point."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from probes.outcomes import Malformed, NetworkFailure, TimedOut, classify
from probes.pools import Bounded, dial_from
from probes.shown import shown

if TYPE_CHECKING:
    from pathlib import Path

    from requests.cookies import RequestsCookieJar

    from probes.vantage import Vantage

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of a web server, whatever its status.

    headers: names in lower case. `headers` and `seconds` do not count in a comparison: most answers differ
        in their Date.
    peer: "address:port" of who answered; None through a relay.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)
    body: bytes = b""
    seconds: float = field(default=0.0, compare=False)
    peer: str | None = None

    @property
    def text(self) -> str:
        """The body as text, for reading."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """Return the body as JSON. Raises ValueError if it is not."""
        return json.loads(self.body)

    def __str__(self) -> str:
        """Read as a line."""
        start = " ".join(self.text[:200].split())
        return f"HTTP {self.status} from {self.peer or 'the peer'}" + (
            f": {shown(start, 120)}" if start else ""
        )


class _Adapter(HTTPAdapter):
    """Dials from the vantage point, once, and never without a time-out."""

    def __init__(self, vantage: Vantage, timeout: float) -> None:
        super().__init__(max_retries=0)
        self._timeout = timeout
        dial_from(self.poolmanager, vantage, reuse=True)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout  # a session has no default of its own
        return super().send(request, *args, **kwargs)


def session(
    vantage: Vantage,
    *,
    verify: bool | Path = True,
    cert: tuple[Path, Path] | None = None,
    timeout: float = 10.0,
) -> requests.Session:
    """Return a requests session whose connections start at the vantage point.

    It takes nothing from the environment (no proxy, no .netrc, no other CA bundle), and does not try again.

    Args:
        vantage: where from.
        verify: whether to check certificates, or the PEM file of the authorities to trust.
        cert: PEM files of a client certificate and its key.
        timeout: seconds for each connection and for each wait for the next bytes.

    """
    made = requests.Session()
    made.trust_env = False
    made.verify = verify if isinstance(verify, bool) else str(verify)
    if cert is not None:
        made.cert = (str(cert[0]), str(cert[1]))
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter(vantage, timeout))
    return made


def get(
    vantage: Vantage,
    url: str,
    *,
    verify: bool | Path = True,
    headers: Mapping[str, str] = _NO_HEADERS,
    timeout: float = 10.0,
) -> Response | NetworkFailure:
    """Ask once; redirects are not followed. See `request`."""
    return request(vantage, "GET", url, verify=verify, headers=headers, timeout=timeout)


def request(
    vantage: Vantage,
    method: str,
    url: str,
    *,
    verify: bool | Path = True,
    cert: tuple[Path, Path] | None = None,
    headers: Mapping[str, str] = _NO_HEADERS,
    body: bytes | None = None,
    timeout: float = 10.0,
    jar: RequestsCookieJar | None = None,
) -> Response | NetworkFailure:
    """Send one request and read the whole answer, all in `timeout` seconds; a later end is `TimedOut`.

    Cookies are taken from the jar and put into it. Raises CannotObserve as `Vantage.dial`.
    """
    began = time.monotonic()
    with (
        Bounded(vantage, timeout) as bounded,
        session(bounded, verify=verify, cert=cert, timeout=timeout) as web,
    ):
        if jar is not None:
            web.cookies = jar
        try:
            # `Connection: close`, so that an answer without a length ends, and nothing is left open.
            sent = {"Connection": "close", **headers}
            reply = web.request(method, url, headers=sent, data=body, allow_redirects=False)
        except (requests.RequestException, OSError) as error:
            if bounded.expired:
                return TimedOut(timeout)
            failure = classify(error, after=timeout)
            if failure is None and isinstance(error, requests.exceptions.ContentDecodingError):
                failure = Malformed(str(error))
            if failure is None:
                raise
            return failure
        if bounded.expired:  # what came before may pass for a whole answer: http.client forgives a torn head
            return TimedOut(timeout)
        lowered = {name.lower(): value for name, value in reply.headers.items()}
        return Response(reply.status_code, lowered, reply.content, time.monotonic() - began, bounded.peer)
