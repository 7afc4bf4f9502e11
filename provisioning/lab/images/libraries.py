"""The shared libraries that a program of this host is linked with."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

from inventory.problem import Problem

_ELF = b"\x7fELF"
_STATIC = ("statically linked", "not a dynamic executable")


@functools.cache
def of(program: Path) -> tuple[Path, ...]:
    """Where the loader finds the libraries of ``program``, itself included; () if it is static or no program.

    What a program opens by name while it runs (plug-ins) is not among them. Problem if one is missing.
    """
    with program.open("rb") as file:
        if file.read(len(_ELF)) != _ELF:
            return ()
    answer = subprocess.run(["ldd", str(program)], capture_output=True, text=True, timeout=30, check=False)
    if any(word in answer.stdout + answer.stderr for word in _STATIC):
        return ()
    if answer.returncode or "not found" in answer.stdout:
        raise Problem(
            f"the libraries of {program} cannot be told:\n{answer.stdout}{answer.stderr}".rstrip(),
            "install the Debian packages of debian-packages.txt again",
        )
    return tuple(sorted(found for line in answer.stdout.splitlines() if (found := _path(line))))


def _path(line: str) -> Path | None:
    """Of "libc.so.6 => /lib/libc.so.6 (0x7f…)" or "/lib64/ld-linux-x86-64.so.2 (0x7f…)"; not of the vDSO."""
    words = line.split()
    path = words[2] if "=>" in words else words[0]
    return Path(path) if path.startswith("/") else None
