"""The Debian packages that the lab needs on this host: all that is missing is told at once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence

from inventory.problem import Problem
from provisioning.lab.artifacts.pins import DebianPackage

_QUERY = ("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status} ${Version}\\n")


def versions(packages: Sequence[DebianPackage]) -> Mapping[str, str]:
    """Upstream version ("1.6.20") of each package by its name.

    Raises one Problem that lists all packages that are missing, of another series, or incomplete.
    """
    names = [package.package for package in packages]
    try:
        answer = subprocess.run([*_QUERY, *names], capture_output=True, text=True, timeout=30, check=False)
    except OSError as error:
        raise Problem(f"dpkg-query cannot be run: {error}", "the lab needs a Debian 12 host") from error
    installed = {
        name: upstream(version)
        for name, status, version in (line.split(" ", 2) for line in answer.stdout.splitlines())
        if status == "installed"
    }
    if missing := [name for name in names if name not in installed]:
        raise Problem(
            f"Debian packages are missing: {', '.join(missing)}", f"apt-get install {' '.join(missing)}"
        )
    if wrong := list(_wrong(packages, installed)):
        raise Problem(
            "this host differs from pins.toml:\n  " + "\n  ".join(wrong), "the lab needs a Debian 12 host"
        )
    return installed


def upstream(version: str) -> str:
    """A Debian version without epoch, packaging suffixes and revision: "1.6.20~ds1-1+deb12u3" is "1.6.20"."""
    return version.split(":", 1)[-1].rsplit("-", 1)[0].split("~", 1)[0].split("+", 1)[0]


def _wrong(packages: Iterable[DebianPackage], installed: Mapping[str, str]) -> Iterable[str]:
    for package in packages:
        found = installed[package.package]
        if not f"{found}.".startswith(f"{package.series}."):
            yield f"{package.package} is {found}, and {package.series} is pinned"
        yield from (f"{package.package} has no {path}" for path in package.programs if not path.is_file())
