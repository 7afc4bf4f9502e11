"""`python -m bench logins`: how long a person's way in takes, in a browser on the public internet, per relying party.

From the first click in an application to being somebody in it: redirects, the provider's page, name and password, the
way back. Each login is in a window that knows nothing of earlier ones. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from inventory import load
from probes.browser import login
from probes.browser.applications import APPLICATIONS
from probes.browser.applications.site import Site
from probes.browser.outcomes import Landed
from probes.browser.providers import PROVIDERS
from probes.browser.session import Browser
from probes.kubernetes import Api
from provisioning.identity.administration import Person
from provisioning.provider import Options, provider_for
from provisioning.target import Target
from workbench import credentials
from workbench.people import people
from workbench.run import Run

LOGINS = 20
_TWENTIETHS = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """Logins at one relying party. first: of somebody whom it has never seen; others: of the same person, later.

    Seconds. failed: what came of logins that did not succeed, in words.
    """

    party: str
    first: float
    others: tuple[float, ...]
    failed: tuple[str, ...] = ()

    @property
    def p50(self) -> float:
        """The median of the others."""
        return statistics.median(self.others) if self.others else float("nan")

    @property
    def p95(self) -> float:
        """So long took all of the others but one in twenty."""
        if len(self.others) < 2:  # noqa: PLR2004 - of one there is no distribution
            return self.p50
        return statistics.quantiles(self.others, n=_TWENTIETHS, method="inclusive")[-1]


class Desk:
    """People of a lab that runs, a browser, and how to get rid of what both leave."""

    def __init__(self, target: Target, folder: Path) -> None:
        identity = target.inventory.identity
        if identity is None:
            raise SystemExit("error: the inventory has no [identity]")
        self.target, self.identity = target, identity
        self.folder, self.roots = folder, target.inventory.public_roots
        self.internet = target.vantages["internet"]

    @contextlib.contextmanager
    def person(self, party: str) -> Generator[Person]:
        """Make somebody who may sign in; remove them, and their accounts, in the end."""
        made = people(self.target.inventory, self.internet, self._file, Run("bench", party), _left)
        try:
            yield made.make()
        finally:
            made.remove()

    def _file(self, name: str) -> Path:
        api = Api(self.target.kubeconfig, self.target.vantages["workstation"])
        return credentials.file(self.target.inventory, api, name, self.folder)

    @contextlib.contextmanager
    def browser(self) -> Generator[Browser]:
        """Open one, which trusts the authorities of the environment only."""
        place = self.folder / "browser"
        place.mkdir(exist_ok=True)
        with Browser(place, self.roots) as opened:
            yield opened

    def sign_in(self, browser: Browser, party: str, person: Person) -> Landed | str:
        """Sign in once, in a window of its own; what came instead is returned in words."""
        planned = self.target.inventory.relying_parties[party]
        site = Site(planned.login_start, planned.role or "")
        with browser.visitor(self.internet) as visitor:
            came = login.sign_in(
                visitor,
                APPLICATIONS[party],
                PROVIDERS[self.identity.kind],
                site,
                person.username,
                person.password.reveal(),
            )
        return came if isinstance(came, Landed) else str(came)


@contextlib.contextmanager
def desk(inventory: Path) -> Generator[Desk]:
    """Attach to a lab that runs."""
    target = provider_for(load(inventory), Options()).attach()
    with tempfile.TemporaryDirectory(prefix="clusterspec-bench-") as folder:
        yield Desk(target, Path(folder))


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 0 when every login succeeded."""
    parser = argparse.ArgumentParser(prog="python -m bench logins", description=__doc__)
    parser.add_argument(
        "--inventory", type=Path, required=True, help="of a lab that runs, as it was attached"
    )
    parser.add_argument("--logins", type=int, default=LOGINS, help=f"per relying party (default: {LOGINS})")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    given = parser.parse_args(arguments)
    with desk(given.inventory) as at, at.browser() as browser:
        measured = list(_measured(at, browser, given.logins))
    if given.json:
        runs = [{**asdict(each), "p50": each.p50, "p95": each.p95} for each in measured]
        given.json.write_text(json.dumps({"schema": 1, "logins": runs}, indent=1) + "\n")
    print(f"{given.logins} logins each, after the first one")  # noqa: T201 - a command talks on the terminal
    for each in measured:
        print(  # noqa: T201
            f"  {each.party:<10} first {each.first:6.2f} s   p50 {each.p50:6.2f} s   p95 {each.p95:6.2f} s"
            + "".join(f"\n    failed: {why}" for why in each.failed)
        )
    return int(any(each.failed for each in measured))


def _left(failure: str) -> None:
    print(f"  left: {failure}", file=sys.stderr)  # noqa: T201 - a command talks on the terminal


def _measured(at: Desk, browser: Browser, logins: int) -> Iterator[Measured]:
    for party in at.target.inventory.relying_parties:
        with at.person(party) as person:
            came = [at.sign_in(browser, party, person) for _ in range(1 + logins)]
        seconds = [each.seconds for each in came[1:] if isinstance(each, Landed)]
        first = came[0].seconds if isinstance(came[0], Landed) else float("nan")
        yield Measured(
            party, first, tuple(seconds), tuple(each for each in came if not isinstance(each, Landed))
        )
