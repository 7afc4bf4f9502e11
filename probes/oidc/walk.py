"""A visitor without a browser: keeps cookies, sends forms, and follows redirects only as far as it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

from requests.cookies import RequestsCookieJar

from probes import http
from probes.jsonobjects import JsonObject, parsed
from probes.oidc.pages import written
from probes.outcomes import Malformed, NetworkFailure
from probes.shown import shown

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

_NO_HEADERS: Mapping[str, str] = {}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 12


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to a visitor, whatever its status.

    Its URL, body and where it leads may hold codes, states and tokens: none of them is shown, only said is.
    location: where a redirect leads, absolute; "" if it is none. headers: names in lower case.
    """

    url: str = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False, compare=False)
    text: str = field(default="", repr=False)

    @property
    def location(self) -> str:
        """Where it leads."""
        where = self.headers.get("location", "")
        return urljoin(self.url, where) if where and self.status in _REDIRECTS else ""

    @property
    def host(self) -> str:
        """Who answered, by the name that was asked for."""
        return host_of(self.url)

    @property
    def json(self) -> JsonObject | None:
        """The JSON object that it is; None if it is something else."""
        return parsed(self.text.encode())

    def __str__(self) -> str:
        """Read as a line, without anything that could be a secret."""
        where = bare(self.location)
        told = f", which leads to {where}" if where else f": {shown(written(self.text, 'title', 'h1'), 120)}"
        return f"HTTP {self.status} from {bare(self.url)}{told}"


def bare(url: str) -> str:
    """Return a URL without its query and fragment, in which secrets travel."""
    return url.partition("#")[0].partition("?")[0]


def host_of(url: str) -> str:
    """Return the host of a URL, lower case; "" if it has none."""
    return urlsplit(url).hostname or ""


class Walker:
    """Visits pages from a vantage point. Each request takes `timeout` seconds at most; nothing stays open.

    roots: PEM file of the authorities to trust; None for this machine's own.
    """

    def __init__(self, vantage: Vantage, roots: Path | None, *, timeout: float = 15.0) -> None:
        """Start without any cookie."""
        self.vantage = vantage
        self.jar = RequestsCookieJar()
        self._roots, self._timeout = roots, timeout

    def get(self, url: str, headers: Mapping[str, str] = _NO_HEADERS) -> Page | NetworkFailure:
        """Visit a page; a redirect is returned and not followed."""
        return self._send("GET", url, headers)

    def post(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] = _NO_HEADERS
    ) -> Page | NetworkFailure:
        """Send a form."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._send("POST", url, sent, urlencode(fields).encode())

    def post_json(
        self, url: str, document: Mapping[str, Any], headers: Mapping[str, str] = _NO_HEADERS
    ) -> Page | NetworkFailure:
        """Send JSON."""
        sent = {"Content-Type": "application/json", "Accept": "application/json", **headers}
        return self._send("POST", url, sent, json.dumps(document).encode())

    def follow(self, page: Page | NetworkFailure, stop: Callable[[str], bool]) -> Page | NetworkFailure:
        """Follow redirects; where `stop` says so of where one leads, that one is returned and not followed."""
        for _ in range(_HOPS):
            if isinstance(page, NetworkFailure) or not page.location or stop(page.location):
                return page
            page = self.get(page.location)
        return page if isinstance(page, NetworkFailure) else Malformed(f"more than {_HOPS} redirects")

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Page | NetworkFailure:
        if urlsplit(url).scheme not in {"http", "https"} or not host_of(url):
            return Malformed("it leads to no website")
        answer = http.request(
            self.vantage,
            method,
            url,
            verify=self._roots or True,
            headers=headers,
            body=body,
            timeout=self._timeout,
            jar=self.jar,
        )
        if isinstance(answer, NetworkFailure):
            return answer
        return Page(url, answer.status, answer.headers, answer.text)
