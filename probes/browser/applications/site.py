"""Where an application is, and how its pages are asked what a script of theirs would ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

    from probes.jsonobjects import JsonObject

OK = 200
_FETCH = """async ([url, method, headers, body]) => {
    const reply = await fetch(url, {method, headers, body, credentials: "same-origin"});
    const text = await reply.text();
    let json = null;
    try { json = JSON.parse(text); } catch { /* not JSON */ }
    return [reply.status, json];
}"""
_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Site:
    """An application that people reach. login_start: what begins a login; role: what Vault is told at the start."""

    login_start: str
    role: str = ""

    @property
    def url(self) -> str:
        """Its address, without a path."""
        parts = urlsplit(self.login_start)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """Its host."""
        return urlsplit(self.login_start).hostname or ""

    @property
    def login_path(self) -> str:
        """The path of what begins a login."""
        return urlsplit(self.login_start).path

    def shows(self, page: Page) -> bool:
        """Tell whether the window shows the application, and not somebody else."""
        return page.url.startswith(f"{self.url}/")


def ask(
    page: Page,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] = _NO_HEADERS,
    body: str | None = None,
) -> tuple[int, JsonObject | list[Any] | None]:
    """Ask the site in the window by a script there, with its cookies; return status and JSON, None if it is none."""
    status, document = cast("tuple[int, Any]", page.evaluate(_FETCH, [path, method, dict(headers), body]))
    return status, document
