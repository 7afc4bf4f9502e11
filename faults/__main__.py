"""Faults by hand: `python -m faults list | mend`. To break something, run the specification with `--fault NAME`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from faults.fault import discover
from faults.injection import CannotInject, journal_of, mend_leftovers
from inventory import InventoryErrors, load
from inventory.problem import Problem
from probes.outcomes import CannotObserve
from probes.shown import shown
from provisioning.provider import Options, provider_for

DEFAULT = Path(__file__).resolve().parents[1] / "inventories/lab.toml"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did what it says."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument(
        "--inventory", type=Path, default=DEFAULT, help="the cluster (default: inventories/lab.toml)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("list", help="say what can be broken, and what it turns red").set_defaults(
        command=_list
    )
    commands.add_parser("mend", help="mend what a killed run has left broken").set_defaults(command=_mend)
    given = parser.parse_args(arguments)
    try:
        return int(given.command(given))
    except (Problem, InventoryErrors, CannotInject, CannotObserve, AssertionError) as wrong:
        print(f"error: {wrong}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read has seen enough; the interpreter must not try to flush into the pipe once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _list(_given: argparse.Namespace) -> int:
    for fault in discover().values():
        print(f"{fault.slug}: {fault.says}")
        for scenario in fault.turns_red:
            print(f"    {scenario}")
    return 0


def _mend(given: argparse.Namespace) -> int:
    target = provider_for(load(given.inventory), Options()).attach()
    mended = mend_leftovers(target, journal_of(target), progress=_tell)
    print(f"mended: {', '.join(mended)}" if mended else "nothing was left broken")
    return 0


def _tell(expected: str, observed: object, elapsed: float, within: float) -> None:
    print(f"  … {elapsed:.0f} s of {within:.0f} s: {expected}; now: {shown(observed, 120)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
