"""What is left of a lab on this machine. Nothing is changed; run as root to see everything."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probes.outcomes import CannotObserve
from probes.vantage import LocalVantage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from probes.vantage import Vantage

MARK = "CLUSTERSPEC_LAB"
"""The environment variable that every process of a lab carries, with the lab's name."""
_LISTED = 100
_TOLD = 10
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the lab, and what gave it away: its environment or its cgroup."""

    pid: int
    command: str
    known_by: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.pid} {self.command} (by its {self.known_by})"


@dataclass(frozen=True, slots=True)
class Residue:
    """What is left of a lab.

    processes: by PID. namespaces: names below /run/netns. mounts: mount points in the caller's own mount
    namespace. cgroups: directories. links: network interfaces of the caller's network namespace. rules: lines
    of its nftables rule set (iptables-nft included). files: below the state folder, itself first; at most
    100 of them are listed, and `more_files` says that there are more.
    unreadable: what could not be looked at. If there is any, the rest may be missing something.
    """

    lab: str
    processes: tuple[Process, ...] = ()
    namespaces: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    cgroups: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    more_files: bool = False
    unreadable: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Nothing is left, and everything could be looked at."""
        return not (
            self.processes
            or self.namespaces
            or self.mounts
            or self.cgroups
            or self.links
            or self.rules
            or self.files
            or self.unreadable
        )

    def __str__(self) -> str:
        """Tell what there is, a line for each kind, with the first of each."""
        if self.nothing:
            return f"nothing is left of {self.lab}"
        kinds = ("processes", "namespaces", "mounts", "cgroups", "links", "rules", "files", "unreadable")
        lines = [f"left of {self.lab}:"]
        for kind in kinds:
            found: tuple[object, ...] = getattr(self, kind)
            if found:
                more = " and more" if kind == "files" and self.more_files else ""
                rest = f", and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
                lines.append(f"  {kind} ({len(found)}{more}): {', '.join(map(str, found[:_TOLD]))}{rest}")
        return "\n".join(lines)


def residue(
    lab: str,
    state: Path,
    *,
    proc: Path = Path("/proc"),
    netns: Path = Path("/run/netns"),
    vantage: Vantage | None = None,
) -> Residue:
    """Look for everything that belongs to a lab.

    Args:
        lab: its name. A lab whose name continues this one with a hyphen would be mistaken for it.
        state: its state folder. Layer 00 lies elsewhere and is not looked at.
        proc: where the proc file system is.
        netns: where network namespaces are named.
        vantage: whose network interfaces and rules are looked at; this machine's by default.

    """
    look = _Look(lab, state, proc, netns, vantage or LocalVantage("this machine"))
    files, more = look.files()
    return Residue(
        lab=lab,
        processes=tuple(look.processes()),
        namespaces=tuple(look.namespaces()),
        mounts=tuple(look.mounts()),
        cgroups=tuple(look.cgroups()),
        links=tuple(look.links()),
        rules=tuple(look.rules()),
        files=tuple(files),
        more_files=more,
        unreadable=tuple(look.unreadable),  # last: all of the above add to it
    )


class _Look:
    """One look around; `unreadable` fills up on the way."""

    def __init__(self, lab: str, state: Path, proc: Path, netns: Path, vantage: Vantage) -> None:
        self.lab = lab
        self.state = str(state)
        self.proc = proc
        self.netns = netns
        self.vantage = vantage
        self.unreadable: list[str] = []

    def processes(self) -> Iterator[Process]:
        mark = f"{MARK}={self.lab}".encode()
        group = re.compile(rf"/clusterspec/{re.escape(self.lab)}(/|$)", re.MULTILINE)
        pids = sorted(int(entry.name) for entry in self.proc.iterdir() if entry.name.isdigit())
        # Not PID 1, which is this machine's own init and in a container not ours to look into; nor ourselves.
        for pid in (one for one in pids if one not in {1, os.getpid()}):
            environment = self._read(self.proc / str(pid) / "environ")
            groups = self._read(self.proc / str(pid) / "cgroup").decode(errors="replace")
            known_by = "environment" if mark in environment.split(b"\0") else ""
            known_by = known_by or ("cgroup" if group.search(groups) else "")
            if known_by:
                words = self._read(self.proc / str(pid) / "cmdline").replace(b"\0", b" ").strip()
                name = self._read(self.proc / str(pid) / "comm").strip()
                yield Process(pid, (words or b"[%b]" % name).decode(errors="replace")[:200], known_by)

    def namespaces(self) -> list[str]:
        return sorted(entry.name for entry in self._children(self.netns) if self._named(entry.name))

    def mounts(self) -> list[str]:
        return [mount.point for mount in self._mountinfo() if self._ours(mount)]

    def cgroups(self) -> list[str]:
        found: list[str] = []
        for mount in self._mountinfo():
            if mount.kind in {"cgroup", "cgroup2"}:
                top = Path(mount.point) / "clusterspec" / self.lab
                if top.is_dir():
                    found += [str(top), *(str(one) for one in sorted(self._children(top)) if one.is_dir())]
        return found

    def links(self) -> list[str]:
        found: list[dict[str, Any]] = self._said(("ip", "-json", "link"), json.loads) or []
        names = [(str(link.get("ifname", "")), str(link.get("ifalias", ""))) for link in found]
        return sorted(name for name, alias in names if self.lab in name or self.lab in alias)

    def rules(self) -> list[str]:
        text = self._said(("nft", "list", "ruleset"), str) or ""
        return [line.strip() for line in text.splitlines() if self.lab in line]

    def files(self) -> tuple[list[str], bool]:
        if not os.path.lexists(self.state):
            return [], False
        found = [self.state]
        for folder, folders, names in os.walk(self.state, onerror=self._missed):
            folders.sort()
            for name in sorted((*folders, *names)):
                if len(found) >= _LISTED:
                    return found, True
                found.append(str(Path(folder) / name))
        return found, False

    def _named(self, name: str) -> bool:
        return name == self.lab or name.startswith(f"{self.lab}-")

    def _ours(self, mount: _Mount) -> bool:
        places = (mount.point, mount.root, mount.source)
        inside = any(f"{place}/".find(f"{self.state}/") >= 0 for place in places)
        return inside or f"{self.state}/" in mount.options

    def _mountinfo(self) -> list[_Mount]:
        return [_mount(line) for line in self._read(self.proc / "self/mountinfo").decode().splitlines()]

    def _children(self, folder: Path) -> list[Path]:
        try:
            return list(folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            self._missed(error)
            return []

    def _read(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return b""  # it ended while we were looking
        except OSError as error:
            self._missed(error)
            return b""

    def _said(self, argv: tuple[str, ...], understood: Callable[[str], Any]) -> Any:
        try:
            done = self.vantage.run(argv, timeout=10.0)
            if done.returncode == 0:
                return understood(done.stdout) if done.stdout.strip() else None
            self.unreadable.append(str(done))
        except (CannotObserve, ValueError) as error:
            self.unreadable.append(str(error))
        return None

    def _missed(self, error: OSError) -> None:
        self.unreadable.append(f"{error.filename}: {error.strerror}")


@dataclass(frozen=True, slots=True)
class _Mount:
    """A line of mountinfo: `root` is what of the file system `source` is mounted at `point`."""

    point: str
    root: str
    kind: str
    source: str
    options: str


def _mount(line: str) -> _Mount:
    """Parse as proc_pid_mountinfo(5) says; white space in a path is written in octal."""
    here, _, there = line.partition(" - ")
    fields, (kind, source, options) = here.split(" "), there.split(" ", 2)
    point, root, source = (
        _OCTAL.sub(lambda code: chr(int(code[1], 8)), text) for text in (fields[4], fields[3], source)
    )
    return _Mount(point, root, kind, source, options)
