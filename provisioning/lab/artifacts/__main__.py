"""``python -m provisioning.lab.artifacts``: build all that the lab runs, or list it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from inventory.problem import Problem
from provisioning.lab.artifacts import build
from provisioning.lab.artifacts.progress import Console

_EPILOG = """
To raise a version: change it in pins.toml and in modules/NAME/go.mod, run `go list -mod=mod -deps tool` in
that folder to renew go.sum, put that file's sha256 into pins.toml, and build. For a product that is changed by
`instead` or `edits`, put the hash of its new version into go.sum first, and run it in the folder that --source
lays out.
CLUSTERSPEC_CACHE moves the cache.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status: 0, or 1 after one clear error."""
    program = "python -m provisioning.lab.artifacts"
    parser = argparse.ArgumentParser(prog=program, description=__doc__, epilog=_EPILOG)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--list", action="store_true", help="say what is cached and build nothing")
    choice.add_argument("--only", metavar="NAME", help="build one Go artifact of pins.toml")
    choice.add_argument("--source", metavar="NAME", help="lay out what one Go artifact is built from")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.list:
            _list()
        elif chosen.only:
            _say(str(build.only(chosen.only, Console())))
        elif chosen.source:
            _say(str(build.laid_out(chosen.source)))
        else:
            _show(build.ensure(Console()))
    except Problem as problem:
        sys.stderr.write(f"error: {problem}\n")
        return 1
    return 0


def _list() -> None:
    for row in build.status():
        _say(f"{row.name:<22} {row.version:<10} {'cached' if row.cached else 'to build':<9} {row.entry}")


def _show(made: build.Artifacts) -> None:
    _say(f"programs  {made.bin}\nimages    {made.image_seed}")
    for name, reference in sorted(made.images.items()):
        _say(f"  {name:<23} {reference}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
