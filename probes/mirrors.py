"""Where a node's container runtime asks for images: the mirrors of its registries, in the order of trying.

Read is what containerd reads (`hosts.toml`, one folder for each registry), where Debian's and where Talos' has it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.vantage import Vantage

_FOLDERS = ("/etc/containerd/certs.d", "/etc/cri/conf.d/hosts")
_MARK = "--hosts-of-a-registry--"
# PID 1 is the node's own init, and its root the node's file system.
_SCRIPT = f"""
for folder in {" ".join(f"/proc/1/root{folder}" for folder in _FOLDERS)}; do
  for file in "$folder"/*/hosts.toml; do
    [ -f "$file" ] || continue
    echo "{_MARK} $file"
    cat "$file" || exit 1
    echo
  done
done
"""


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is asked instead of a registry. endpoints: addresses, the first is tried first."""

    registry: str
    endpoints: tuple[str, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names of the endpoints, in their order."""
        return tuple(urlsplit(each).hostname or "" for each in self.endpoints)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.registry} by {', then '.join(self.endpoints) or 'nobody'}"


def mirrors(node: Vantage, timeout: float = 30.0) -> tuple[Mirror, ...]:
    """Return the mirrors of a node, sorted by registry; `node` is a place on it that sees its processes.

    timeout: in seconds.

    Raises:
        CannotObserve: they could not be read, or not understood.

    """
    done = node.run(["/bin/sh", "-c", _SCRIPT], timeout=timeout)
    if done.returncode:
        raise CannotObserve("the mirrors", node.name, str(done))
    try:
        return parse(done.stdout)
    except ValueError as error:
        raise CannotObserve("the mirrors", node.name, str(error)) from error


def parse(text: str) -> tuple[Mirror, ...]:
    """Understand what the script printed. Raises ValueError for what is no TOML."""
    found: list[Mirror] = []
    for each in text.split(f"{_MARK} ")[1:]:
        file, _, content = each.partition("\n")
        registry = PurePosixPath(file).parent.name
        found.append(Mirror(registry, _endpoints(registry, tomllib.loads(content))))
    return tuple(sorted(found, key=lambda mirror: mirror.registry))


def _endpoints(registry: str, hosts: dict[str, Any]) -> tuple[str, ...]:
    """Return who is asked: each host in the file's order, and last the server.

    Where no server is named containerd asks the registry itself, by its name.
    """
    named = list(cast("dict[str, Any]", hosts.get("host") or {}))
    return (*named, str(hosts.get("server") or f"https://{registry}"))
