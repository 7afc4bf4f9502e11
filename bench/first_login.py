"""`python -m bench first-login`: from nothing to the first person who is signed in, by phase.

Nothing is a machine without a lab, with what the lab is built from already there (a warm cache). The clock begins
with the first unit of the bootstrap. With ``--inventory`` nothing is built: the phases are those of the lab that runs,
as its last bootstrap from nothing wrote them down, and one login is added to them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import labs, logins
from probes.browser.outcomes import Landed
from provisioning.events import PhaseEvent, read
from provisioning.lab.units import discovery

PARTY = "gitea"
"""Where somebody signs in first, and the unit that is ready when he can."""
PHASES = "phases.jsonl"


@dataclass(frozen=True, slots=True)
class Reached:
    """When things were reached, in seconds from the first unit's begin. path: the units that it took, in order."""

    ready: float
    bootstrapped: float
    login: float
    path: tuple[PhaseEvent, ...]
    begun: float

    @property
    def possible(self) -> float:
        """When somebody could have been signed in: the application was ready, and a login takes so long."""
        return self.ready + self.login


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 0 when the login succeeded."""
    parser = argparse.ArgumentParser(prog="python -m bench first-login", description=__doc__)
    parser.add_argument(
        "--inventory", type=Path, help="of a lab that runs; without it, one is built and removed"
    )
    parser.add_argument("--party", default=PARTY, help=f"where somebody signs in (default: {PARTY})")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    given = parser.parse_args(arguments)
    if given.inventory is not None:
        reached = _reached(given.inventory, given.party)
    else:
        with labs.whole(labs.ROOT / "inventories/lab.toml") as (provider, _, _):
            reached = _reached(provider.attached_inventory, given.party)
    if isinstance(reached, str):
        print(f"error: nobody was signed in: {reached}", file=sys.stderr)  # noqa: T201 - a command talks
        return 1
    if given.json:
        told = {
            "schema": 1,
            "party": given.party,
            "possible_seconds": reached.possible,
            "ready_seconds": reached.ready,
            "login_seconds": reached.login,
            "bootstrap_seconds": reached.bootstrapped,
            "path": {each.unit: each.seconds for each in reached.path},
        }
        given.json.write_text(json.dumps(told, indent=1) + "\n")
    print("\n".join(_table(given.party, reached)))  # noqa: T201
    return 0


def _reached(inventory: Path, party: str) -> Reached | str:
    with logins.desk(inventory) as at, at.browser() as browser, at.person(party) as person:
        came = at.sign_in(browser, party, person)
    if not isinstance(came, Landed):
        return came
    phases = of_one_build(read(inventory.parent / PHASES))
    begun = min(each.started for each in phases.values())
    ends = {name: each.started + each.seconds - begun for name, each in phases.items()}
    needs = {each.name: each.needs for each in discovery.discover()}
    unit = party if party in phases else f"{party}_oidc"
    return Reached(ends[unit], max(ends.values()), came.seconds, tuple(critical(phases, needs, unit)), begun)


def of_one_build(phases: Iterable[PhaseEvent]) -> Mapping[str, PhaseEvent]:
    """Return the phases of the last build that began with nothing, by unit: the one with the most of them."""
    builds: dict[str, dict[str, PhaseEvent]] = {}
    for each in phases:
        builds.setdefault(each.build, {})[each.unit] = each
    return max(builds.values(), key=len)


def critical(
    phases: Mapping[str, PhaseEvent], needs: Mapping[str, Sequence[str]], unit: str
) -> Iterator[PhaseEvent]:
    """Yield what a unit had to wait for, the first one first: of what each needs, what was ready last."""
    before = [name for name in needs.get(unit, ()) if name in phases]
    if before:
        last = max(before, key=lambda name: phases[name].started + phases[name].seconds)
        yield from critical(phases, needs, last)
    yield phases[unit]


def _table(party: str, reached: Reached) -> Iterator[str]:
    yield f"{'unit':<28} {'began':>8} {'took':>8}"
    for each in reached.path:
        yield f"  {each.unit:<26} {each.started - reached.begun:8.1f} {each.seconds:8.1f}"
    yield f"  {f'a login at {party}':<26} {reached.ready:8.1f} {reached.login:8.1f}"
    yield f"from nothing to the first login {reached.possible:15.1f} s"
    yield f"from nothing to the whole platform {reached.bootstrapped:12.1f} s"
