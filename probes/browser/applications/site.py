"""Where an application is, and how its pages are asked what a script of theirs would ask."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from probes.browser.outcomes import Stuck
from probes.browser.session import place

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from playwright.sync_api import Cookie, Page

    from probes.jsonobjects import JsonObject

OK, UNAUTHORIZED, FORBIDDEN = 200, 401, 403
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

    def front(self, page: Page) -> Stuck | None:
        """Open its front page, as whoever types its name; say what is wrong with it. It may lead to somebody else."""
        answer = page.goto(f"{self.url}/", wait_until="domcontentloaded")
        status = answer.status if answer else 0
        return halted(page, f"its front page is HTTP {status}") if self.shows(page) and status != OK else None


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody is known by at an application: cookies, or a token that its pages keep. Neither is shown."""

    cookies: tuple[Cookie, ...] = field(default=(), repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.cookies or self.token)


def cookies_for(page: Page, site: Site) -> Held:
    """Return the cookies that the window sends to the site."""
    return Held(tuple(page.context.cookies(site.url)))


@contextmanager
def holding(page: Page, held: Held) -> Generator[None]:
    """Give the window cookies that it once held; afterwards it has neither these nor what came in their places."""
    page.context.add_cookies(cast("Any", list(held.cookies)))
    try:
        yield
    finally:
        for each in held.cookies:
            page.context.clear_cookies(
                name=each.get("name"), domain=each.get("domain"), path=each.get("path")
            )


def allowed(page: Page, what: str, status: int, refused: int) -> bool | Stuck:
    """Say what an answer means: yes (200), no (the refusal that is documented), or that something is broken."""
    if status in {OK, refused}:
        return status == OK
    return halted(page, f"{what}: HTTP {status}, where {OK} or {refused} was to come")


def halted(page: Page, because: str) -> Stuck:
    """Say that it goes no further here."""
    return Stuck(place(page.url), page.title(), because)


def follow(page: Page, selector: str, called: str) -> Stuck | None:
    """Click a link that leads to another page; say so if it is not there."""
    link = page.locator(selector).filter(visible=True)
    if not link.count():
        return halted(page, f"there is no link {called}")
    with page.expect_navigation(wait_until="domcontentloaded"):
        link.first.click(no_wait_after=True)
    return None


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
