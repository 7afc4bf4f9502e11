"""Chromium, and one visitor's window in it: what was opened, and what stands there now.

One process of Chromium serves many visitors: each has a context (cookies, storage) and a vantage point of its own,
and none knows of another's. Everything that the browser writes is below one folder.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as BrowserTimedOut

from probes.browser import trust
from probes.browser.socks import LOOPBACK, Relay
from probes.outcomes import (
    CannotObserve,
    Malformed,
    NetworkFailure,
    TimedOut,
    TlsFailed,
    Unreachable,
    Untrusted,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from probes.vantage import Vantage

SECONDS = 30.0
"""How long a page may take to come, and anything on it to appear."""
_STARTS = 90.0
"""How long Chromium itself may take to start: several may do so at once, each for the first time."""
FLAGS = (
    "--no-sandbox",  # as root there is no other way
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",  # UDP does not go through SOCKS as browsers speak it
    "--disable-features=AutofillServerCommunication,HttpsUpgrades,MediaRouter,OptimizationHints,Translate",
    # Not even loopback is reached by another way, and no name is resolved here.
    "--proxy-bypass-list=<-loopback>",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",
)
_NOWHERE = f"socks5://{LOOPBACK}:9"
"""The proxy of whoever has no vantage point: the discard port, where nobody listens."""
_TEXT = 4000
_LONG = 24
_TOKEN = re.compile(r'"token":"([^"]{8,})"|^((?:syt|mat)_\w{20,})')
"""What Vault's interface and our Matrix client keep."""
_CONSOLE = 100
_NET_ERROR = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_VIEW = {"width": 1200, "height": 900}


@dataclass(frozen=True, slots=True)
class Visit:
    """What stands in the window.

    url: without what follows "?" or "#", where codes and tokens are. status: of the answer that made the page; None
    for one that came otherwise. text: what can be read, cut. console: what scripts complained of. Title, text and
    console do not count in a comparison.
    """

    url: str
    title: str = field(default="", compare=False)
    status: int | None = None
    text: str = field(default="", compare=False)
    console: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        """Read as a line."""
        status = "" if self.status is None else f"HTTP {self.status}, "
        return f"{self.url} ({status}{self.title!r})"


class Visitor:
    """One person's browser window, with cookies of its own. page: where they are now."""

    def __init__(self, context: BrowserContext, relay: Relay, vantage: Vantage, roots: Path | None) -> None:
        self.context, self.vantage = context, vantage
        self._relay, self._roots = relay, roots
        self._console: list[str] = []
        self._sure: set[str] = set()
        context.set_default_timeout(SECONDS * 1000)
        context.on("console", self._listen)
        self.page: Page = context.new_page()

    def open(self, url: str) -> Visit | NetworkFailure:
        """Go to an address, as by typing it, and say what stands there; redirects are followed."""
        try:
            answer = self.page.goto(url, wait_until="domcontentloaded")
        except BrowserError as error:
            return self.failure(error)
        return self.look(answer.status if answer else None)

    def look(self, status: int | None = None) -> Visit | NetworkFailure:
        """Say what stands in the window now; a page of somebody who must not be trusted is no page."""
        where = urlsplit(self.page.url)
        if where.scheme == "https" and where.hostname and (foreign := self._foreign(where.hostname)):
            return foreign
        try:
            text = self.page.locator("body").inner_text(timeout=1000)[:_TEXT]
            title = self.page.title()
        except BrowserError:
            text = title = ""
        return Visit(place(self.page.url), title, status, text, tuple(self._console))

    def distrusts(self, url: str) -> Untrusted | None:
        """Say why a page of this address must be told no secret; None if it may be."""
        where = urlsplit(url)
        if where.scheme != "https":
            return Untrusted(f"{place(url)} has none")
        return self._foreign(where.hostname or "")

    def failure(self, error: BrowserError) -> NetworkFailure:
        """Say what the network did, of what the browser said when it did not get a page."""
        if isinstance(error, BrowserTimedOut):
            return TimedOut(SECONDS)
        found = _NET_ERROR.search(error.message)
        code = found[1] if found else ""
        if code.startswith("ERR_CERT_"):
            return Untrusted(code)
        if code.startswith("ERR_SSL_"):
            return TlsFailed(code)
        if code:
            # The browser only knows that the proxy did not connect; the proxy knows why.
            last = next(reversed(list(self._relay.failures.values())), None)
            if isinstance(last, CannotObserve):
                raise last
            return last or Unreachable(code)
        return Malformed(error.message.splitlines()[0] if error.message else "the browser gave up")

    @property
    def console(self) -> tuple[str, ...]:
        """What scripts have complained of so far."""
        return tuple(self._console)

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Name and value of what this visitor is known by: sessions' cookies, tokens that pages have stored.

        A short value is none, and neither is a cookie that scripts may read: those are settings.
        """
        with suppress(BrowserError):
            for cookie in self.context.cookies():
                if cookie.get("httpOnly") and len(cookie.get("value", "")) >= _LONG:
                    yield f"the cookie {cookie.get('name')}", cookie.get("value", "")
        for page in self.context.pages:
            with suppress(BrowserError):
                for name, value in page.evaluate("() => Object.entries(localStorage)"):
                    if found := _TOKEN.search(value):
                        yield f"the token {name}", found[1] or found[2]

    def _foreign(self, host: str) -> Untrusted | None:
        if self._roots is None or host in self._sure or host == LOOPBACK:
            return None
        found = trust.shows(self.vantage, host, self._roots)
        if found is None:
            self._sure.add(host)
        return found

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and len(self._console) < _CONSOLE:
            self._console.append(f"{message.type}: {message.text}"[:500])


class Browser:
    """One Chromium. Nothing starts before the first visitor; `close` ends it and all its relays."""

    def __init__(self, folder: Path, roots: Path | None) -> None:
        """folder: empty, its own; roots: PEM of the only authorities to trust, None for those of the public web."""
        self.folder, self.roots = folder, roots
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._relays: list[tuple[Vantage, Relay]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def visitor(self, vantage: Vantage) -> Generator[Visitor]:
        """Open a window of somebody new, who browses from there; it is closed at the end.

        Raises:
            CannotObserve: there is no Chromium, or it does not start.

        """
        chromium = self._started()
        relay = self._relay_of(vantage)
        context = chromium.new_context(
            proxy={"server": relay.server, "bypass": "<-loopback>"},
            viewport=_VIEW,  # pyright: ignore[reportArgumentType] - a ViewportSize is a dictionary
            locale="en-US",
            service_workers="block",
        )
        try:
            yield Visitor(context, relay, vantage, self.roots)
        finally:
            with suppress(BrowserError):
                context.close()

    def close(self) -> None:
        """End the browser and the relays; the folder stays."""
        if self._chromium is not None:
            with suppress(BrowserError):
                self._chromium.close()
        if self._playwright is not None:
            self._playwright.stop()
        for _, relay in self._relays:
            relay.close()
        self._chromium = self._playwright = None
        self._relays.clear()

    def _relay_of(self, vantage: Vantage) -> Relay:
        # Not by its name: a target that was built anew has other places of the same names.
        for known, relay in self._relays:
            if known == vantage:
                return relay
        self._relays.append((vantage, Relay(vantage)))
        return self._relays[-1][1]

    def _started(self) -> Chromium:
        if self._chromium is not None and self._chromium.is_connected():
            return self._chromium
        program = shutil.which("chromium")
        if program is None:
            raise CannotObserve("anything in a browser", "this machine", "chromium is not installed")
        if self._playwright is None:
            trust.establish(self.folder, self.roots)
            with _temporary(self.folder):
                self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(
                executable_path=program,
                chromium_sandbox=False,
                args=list(FLAGS),
                proxy={"server": _NOWHERE},
                timeout=_STARTS * 1000,
                env={**os.environ, "HOME": str(self.folder), "TMPDIR": str(self.folder)},
                traces_dir=self.folder / "traces",
            )
        except BrowserError as error:
            why = error.message.splitlines()[0]
            raise CannotObserve("anything in a browser", "this machine", f"Chromium: {why}") from error
        return self._chromium


def place(url: str) -> str:
    """Return an address without what follows "?" or "#"."""
    return url.partition("?")[0].partition("#")[0]


def host_of(url: str) -> str:
    """Return the host of an address; "" if it has none."""
    return urlsplit(url).hostname or ""


@contextmanager
def _temporary(folder: Path) -> Generator[None]:
    """Have what starts inside keep its temporary files in a folder."""
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before
