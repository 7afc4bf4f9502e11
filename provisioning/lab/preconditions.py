"""Can the lab be built on this machine? All that is missing, at once, before anything is touched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from inventory.problem import Problem
from provisioning.lab import machine

TOOLS = {
    "containerd": "containerd",
    "curl": "curl",
    "ip": "iproute2",
    "iptables": "iptables",
    "keepalived": "keepalived",
    "nginx": "nginx libnginx-mod-stream",
    "nsenter": "util-linux",
    "pdns_recursor": "pdns-recursor",
    "pdns_server": "pdns-server pdns-backend-bind pdns-backend-sqlite3",
    "pebble": "pebble",
    "runc": "runc",
    "s6-svscan": "s6",
    "ssh-keygen": "openssh-client",
    "sshd": "openssh-server",
    "sysctl": "procps",
}
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_CAP_SYS_ADMIN, _CAP_NET_ADMIN = 21, 12
_KERNEL = {
    "/proc/sys/net/bridge/bridge-nf-call-iptables": "bridge netfilter (modprobe br_netfilter)",
    "/proc/self/ns/cgroup": "cgroup namespaces",
    "/proc/self/ns/pid": "pid namespaces",
}
ROOM = 3 * 2**30
"""Bytes that a lab may take on the disk while it lives (logs, etcd, container layers)."""


def check(state: Path) -> None:
    """Raise one Problem that names everything to change, or return.

    Args:
        state: the folder in which the lab will live; its nearest existing parent is asked for room.

    """
    found = [*_rights(), *_tools(), *_kernel(), *_room(state)]
    if found:
        says = "; ".join(says for says, _ in found)
        raise Problem(f"the lab can not be built here: {says}", "; ".join(change for _, change in found))


def _rights() -> list[tuple[str, str]]:
    if os.geteuid() != 0:
        return [("this is not root", "run it as root")]
    effective = next(
        int(line.split()[1], 16)
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("CapEff:")
    )
    names = {_CAP_SYS_ADMIN: "CAP_SYS_ADMIN", _CAP_NET_ADMIN: "CAP_NET_ADMIN"}
    missing = [name for bit, name in names.items() if not effective >> bit & 1]
    return (
        [(f"root lacks {', '.join(missing)}", "give this container or user those capabilities")]
        if missing
        else []
    )


def _tools() -> list[tuple[str, str]]:
    missing = sorted({package for tool, package in TOOLS.items() if shutil.which(tool, path=PATH) is None})
    return (
        [(f"programs of these Debian packages are missing: {' '.join(missing)}", "run `make setup`")]
        if missing
        else []
    )


def _kernel() -> list[tuple[str, str]]:
    found = [
        (f"the kernel lacks {what}", "load or enable it")
        for path, what in _KERNEL.items()
        if not Path(path).exists()
    ]
    if not machine.hierarchies():
        found.append(("no cgroup hierarchy is mounted below /sys/fs/cgroup", "mount cgroup2 there"))
    return found


def _room(state: Path) -> list[tuple[str, str]]:
    place = next(parent for parent in (state, *state.parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if free < ROOM:
        return [(f"{place} has {free // 2**20} MiB free", f"make room: {ROOM // 2**20} MiB are needed")]
    return []
