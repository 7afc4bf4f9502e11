"""Power a lab machine on and off, and find it again.

A machine is a set of namespaces (network, pid, mount, uts, ipc, cgroup) whose PID 1 is the supervisor
`s6-svscan`. Powering it off is one SIGKILL to that PID 1: the kernel then ends every process in it,
containers included, and drops every mount it made, in one stroke. So nothing can be left behind by a
machine that was not shut down in order, and a power cut in a scenario is a power cut.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from probes.outcomes import CannotObserve
from probes.waiting import Patience, eventually
from provisioning.lab import network

if TYPE_CHECKING:
    from provisioning.lab.topology import Host

SCRIPTS = Path(__file__).parent / "scripts"
CGROUPS = Path("/sys/fs/cgroup")
MARK = "CLUSTERSPEC_LAB"
HOST_MARK = "CLUSTERSPEC_HOST"
_GONE = Patience(within=30.0, every=0.02)


@dataclass(frozen=True, slots=True)
class Running:
    """A machine that runs: `pid` is its PID 1 as the carrying machine counts it."""

    host: str
    pid: int


def hierarchies() -> tuple[Path, ...]:
    """Return the cgroup hierarchies of the carrying machine: one with cgroup v2, one a controller with v1."""
    if (CGROUPS / "cgroup.controllers").exists():
        return (CGROUPS,)
    return tuple(
        entry
        for entry in sorted(CGROUPS.iterdir())
        if entry.is_dir() and not entry.is_symlink() and (entry / "tasks").exists()
    )


def cgroups(lab: str, host: str = "") -> tuple[Path, ...]:
    """Return the cgroup folders of a lab, or of one of its hosts, in every hierarchy (existing or not)."""
    return tuple(hierarchy / "clusterspec" / lab / host for hierarchy in hierarchies())


def _make_cgroup(folder: Path) -> None:
    for parent in (folder.parent.parent, folder.parent, folder):
        parent.mkdir(exist_ok=True)
        # A cpuset (v1) refuses processes until it says which processors and memory nodes it may use.
        for name in ("cpuset.cpus", "cpuset.mems"):
            file = parent / name
            if file.exists() and not file.read_text().strip():
                file.write_text((parent.parent / name).read_text())


def remove_cgroups(lab: str, host: str = "") -> None:
    """Remove a lab's (or one host's) cgroups, deepest first, as soon as they hold no process any more.

    Raises:
        NeverHappened: a group was still busy after 30 s; it names it.

    """
    for top in cgroups(lab, host):
        if not top.is_dir():
            continue
        # A process that was killed leaves its group only some moments after it is gone from everywhere else.
        eventually(
            lambda top=top: _remove_tree_of_groups(top),
            lambda busy: not busy,
            expected=f"the cgroups below {top} are gone",
            patience=_GONE,
        )
        if not host:
            # The last lab takes the common parent with it; another lab's group makes this a no-op.
            with contextlib.suppress(OSError):
                top.parent.rmdir()


def _remove_tree_of_groups(top: Path) -> str:
    """Remove what can be removed; return the first reason why something could not."""
    why = ""
    for folder, _, _ in os.walk(top, topdown=False):
        try:
            Path(folder).rmdir()
        except FileNotFoundError:
            continue
        except OSError as error:
            why = why or str(error)
    return why


def marks(pid: int) -> tuple[str, str] | None:
    """Return (lab, host) written in a process's environment, or None for a foreign or vanished process."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return None
    pairs = (entry.partition(b"=") for entry in environment.split(b"\0"))
    found = {name: value for name, _, value in pairs}
    lab = found.get(MARK.encode())
    return (lab.decode(), found.get(HOST_MARK.encode(), b"").decode()) if lab else None


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _is_init(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    inner = [line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")]
    return any(len(pids) > 1 and pids[-1] == "1" for pids in inner)


def processes(lab: str) -> tuple[int, ...]:
    """Return the processes (PIDs) that carry the lab's name; what runs in containers is not among them."""
    return tuple(pid for pid in _pids() if (mark := marks(pid)) is not None and mark[0] == lab)


def running(lab: str) -> tuple[Running, ...]:
    """Return the machines of `lab` that run now, found by what their PID 1 carries in its environment."""
    found: list[Running] = []
    for pid in _pids():
        mark = marks(pid)
        if mark is not None and mark[0] == lab and _is_init(pid) and mark[1]:
            found.append(Running(mark[1], pid))
    return tuple(sorted(found, key=lambda one: one.host))


def power_on(lab: str, host: str, root: Path, programs: Path) -> None:
    """Boot a machine whose network namespace is laid; returns once its supervisor answers.

    Args:
        lab: the lab's name.
        host: the host's name, as in the topology.
        root: folder of its root file system; made if missing, kept over a power cut as a disk would be.
        programs: folder of the built programs, seen inside as /opt/clusterspec/bin.

    Raises:
        OSError: the machine did not boot; the text ends with what its console said.

    """
    root.mkdir(parents=True, exist_ok=True)
    groups = cgroups(lab, host)
    for group in groups:
        _make_cgroup(group)
    # s6-svscan makes its control fifo when it is ready for orders; one from an earlier life says nothing.
    control = root / "run/service/.s6-svscan/control"
    control.unlink(missing_ok=True)
    console = root.with_name("console.log")
    with console.open("ab") as out:
        # setsid --fork: the machine belongs to nobody's session, so neither Ctrl-C nor the death of the
        # run that started it reaches it, and no zombie stays with the starter when it is powered off.
        subprocess.run(
            [
                "setsid",
                "--fork",
                "/bin/sh",
                str(SCRIPTS / "power_on.sh"),
                str(network.NETNS / network.namespace(lab, host)),
                str(SCRIPTS / "boot.sh"),
                str(root),
                *map(str, groups),
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={
                "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
                "LAB": lab,
                "HOST": host,
                "BIN": str(programs),
                MARK: lab,
                HOST_MARK: host,
            },
        )
    try:
        eventually(
            control.exists,
            bool,
            expected=f"the supervisor of {host} answers",
            patience=Patience(within=20.0, every=0.02),
        )
    except AssertionError as never:
        msg = f"{host} did not boot: {console.read_text(errors='replace')[-2000:].strip() or never}"
        raise OSError(msg) from never


def power_off(lab: str, host: Host) -> None:
    """Cut the power of one machine: every process of it is gone when this returns; its disk stays."""
    for machine in running(lab):
        if machine.host == host.name:
            kill([machine.pid])
    # A machine boots without cgroups: a kubelet that finds those of dead containers spends 3 s on each.
    remove_cgroups(lab, host.name)
    network.unplug(lab, host)


def kill(pids: list[int]) -> None:
    """SIGKILL these processes and wait until the kernel has buried them (30 s at most).

    Raises:
        CannotObserve: a process is still there after that; it names the PIDs.

    """
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    try:
        eventually(
            lambda: [pid for pid in pids if _exists(pid)],
            lambda left: not left,
            expected="the processes are gone",
            patience=_GONE,
        )
    except AssertionError as never:
        raise CannotObserve("the end of killed processes", "this machine", str(never)) from never


def _exists(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def peak_memory(lab: str) -> int | None:
    """Return the most memory the lab's machines used together, in bytes; None where the kernel does not say."""
    for name in ("memory.max_usage_in_bytes", "memory.peak"):
        for group in cgroups(lab):
            file = group / name
            if file.exists():
                return int(file.read_text())
    return None
