"""The browser of a process of this machine, and those that dead processes left running."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from probes.browser.session import Browser
from probes.outcomes import CannotObserve
from probes.waiting import SILENT, NeverHappened, Progress
from workbench import living
from workbench.making import Maker
from workbench.run import Run

KIND = "browsers"


class Browsers(Maker[Browser]):
    """One browser at a time: another one as soon as other authorities are to be trusted."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._standing = ExitStack()
        self._browser: Browser | None = None
        self._trusts = ""

    def make(self, roots: Path | None) -> Browser:
        """Return the browser that trusts these authorities only (PEM; None: those of the public web)."""
        trusts = hashlib.sha256(roots.read_bytes()).hexdigest() if roots else "public"
        if self._browser is None or trusts != self._trusts:
            self.remove()
            folder = self._standing.enter_context(living.folder(KIND, self._run.nonce))
            self._browser = self._standing.enter_context(Browser(folder, roots))
            self._trusts = trusts
        return self._browser

    def remove(self, progress: Progress = SILENT) -> None:
        """End it, and remove all that it wrote."""
        del progress  # it takes no time
        self._browser = None
        self._standing.close()

    def sweep(self) -> Iterator[str]:
        """End the browsers that dead processes left, and remove what they wrote; return their folders.

        Raises:
            CannotObserve: one does not end; all others have.

        """
        failures: list[str] = []
        for left in living.dead(KIND):
            try:
                living.remove(left)
            except NeverHappened as never:
                failures.append(f"it does not end: {never.story.history[-1].value}")
            else:
                yield str(left)
        if failures:
            raise CannotObserve("a browser of an earlier run removed", "this machine", "; ".join(failures))
