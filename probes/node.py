"""Facts of one node, read on the node: through a pod of the probe DaemonSet, or another vantage's shell.

The pod is privileged and shares the node's network and process namespaces; its image is BusyBox. PID 1 in
its /proc is therefore the node's own init, and /proc/1/root the node's file system. The hosts are testinfra
hosts, so all of testinfra's modules work on them too.
"""

from __future__ import annotations

import re
import shlex
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Interface, ip_interface
from typing import TYPE_CHECKING, Any, Literal

from testinfra.backend.base import BaseBackend, CommandResult  # pyright: ignore[reportMissingTypeStubs]
from testinfra.backend.kubectl import KubectlBackend  # pyright: ignore[reportMissingTypeStubs]
from testinfra.host import Host  # pyright: ignore[reportMissingTypeStubs]

from probes import s6, talos
from probes.outcomes import CannotObserve
from probes.supervised import NodeService, ServiceState

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

__all__ = [
    "ClockOffset",
    "Interface",
    "NodeService",
    "ServiceState",
    "clock_offset",
    "interfaces",
    "pod_host",
    "services",
    "shell_host",
    "sysctl",
]
_END = "--end-of-probe--"
_ABSENT = 44
_LINK = re.compile(r"^\d+: ([^:@]+)(?:@[^:]*)?: <([^>]*)> mtu (\d+)", re.MULTILINE)
_ADDRESS = re.compile(r"^\d+: (\S+?)(?:@\S*)? +inet6? (\S+)", re.MULTILINE)
_EXACT = re.compile(r"^(\d+\.\d+)$", re.MULTILINE)
_ADJTIMEX = re.compile(r"^ *(?:-. +)?(status|time\.tv_sec|time\.tv_usec): +(\d+)", re.MULTILINE)
_STA_UNSYNC, _STA_NANO = 0x40, 0x2000


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface. addresses: as "10.0.1.1/16", IPv4 first, sorted. mtu in bytes."""

    name: str
    addresses: tuple[str, ...] = ()
    mtu: int = 0
    up: bool = True

    @property
    def ipv4(self) -> tuple[str, ...]:
        """The IPv4 addresses, without the length of the prefix."""
        found = (ip_interface(address) for address in self.addresses)
        return tuple(str(one.ip) for one in found if isinstance(one, IPv4Interface))

    def __str__(self) -> str:
        """Read as a phrase."""
        addresses = ", ".join(self.addresses) or "no address"
        return f"{self.name}{'' if self.up else ' (down)'} {addresses}, MTU {self.mtu}"


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """How far a node's clock is ahead of this machine's, in seconds, plus or minus `uncertainty`.

    synchronised: whether the node's kernel says that somebody keeps its clock; None if it was not asked.
    """

    seconds: float
    uncertainty: float = field(compare=False)
    synchronised: bool | None = None

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.seconds:+.3f} s (± {self.uncertainty:.3f} s)"


class _PodBackend(KubectlBackend):
    """Testinfra's kubectl backend, with kubectl run from a vantage point and in bounded time."""

    def __init__(
        self, vantage: Vantage, kubectl: tuple[str, ...], timeout: float, pod: str, **place: str | None
    ) -> None:
        super().__init__(pod, **place)
        self._through = vantage, kubectl, timeout

    def run_local(self, command: str, *args: str) -> CommandResult:
        vantage, kubectl, timeout = self._through
        words = shlex.join(kubectl) + self.quote(command, *args).removeprefix("kubectl")
        return _run(self, vantage, words, timeout)


class _ShellBackend(BaseBackend):
    """A testinfra backend for any vantage point."""

    NAME = "vantage"

    def __init__(self, vantage: Vantage, timeout: float) -> None:
        super().__init__(vantage.name)
        self._through = vantage, timeout

    def run(self, command: str, *args: str, **_ignored: Any) -> CommandResult:
        vantage, timeout = self._through
        return _run(self, vantage, self.get_command(command, *args), timeout)


def pod_host(
    vantage: Vantage,
    kubeconfig: Path,
    namespace: str,
    pod: str,
    *,
    container: str | None = None,
    kubectl: str = "kubectl",
    timeout: float = 20.0,
) -> Host:
    """Return a testinfra host for the node that a probe pod runs on. `timeout`: seconds for each command."""
    # Not testinfra's own argument for the kubeconfig: it quotes the path twice.
    words = (kubectl, f"--kubeconfig={kubeconfig}")
    return _host(_PodBackend(vantage, words, timeout, pod, namespace=namespace, container=container))


def shell_host(vantage: Vantage, *, timeout: float = 20.0) -> Host:
    """Return a testinfra host for a vantage point that has a shell. `timeout`: seconds for each command."""
    return _host(_ShellBackend(vantage, timeout))


def interfaces(host: Host) -> tuple[Interface, ...]:
    """Return the node's network interfaces, sorted by name. Raises CannotObserve as all readers here do."""
    text = _told(host, "the network interfaces", "ip -o link show && ip -o addr show")
    addresses = _ADDRESS.findall(text)
    found = [
        Interface(
            name=name,
            addresses=tuple(sorted((one for owner, one in addresses if owner == name), key=_v4_first)),
            mtu=int(mtu),
            up="UP" in flags.split(","),
        )
        for name, flags, mtu in _LINK.findall(text)
    ]
    return tuple(sorted(found, key=lambda interface: interface.name))


def sysctl(host: Host, key: str) -> str | None:
    """Return a kernel parameter of the node, as text; None if its kernel has no such parameter.

    `key` is written with dots, or, where a part of it contains dots, with slashes (as sysctl takes it).
    """
    path = "/proc/sys/" + (key if "/" in key else key.replace(".", "/"))
    quoted = shlex.quote(path)
    code, text = _asked(host, f"sysctl {key}", f"[ -e {quoted} ] || (exit {_ABSENT}) && cat {quoted}")
    if code == _ABSENT:
        return None
    if code:
        raise CannotObserve(f"sysctl {key}", _name(host), text.strip() or f"exit code {code}")
    return " ".join(text.split())


def clock_offset(host: Host, samples: int = 3) -> ClockOffset:
    """Return the offset of the node's clock: the sample with the quickest answer, as NTP does.

    The uncertainty is half of that answer's time, and half a second more where the node's tools know only
    whole seconds.
    """
    found = [_sample(host) for _ in range(samples)]
    return min(found, key=lambda offset: offset.uncertainty)


def services(
    host: Host, dialect: Literal["s6", "talos"], *, node: str = "", talosconfig: Path | None = None
) -> tuple[NodeService, ...]:
    """Return the programs that the node's init supervises, sorted by name.

    Args:
        host: for "s6" the node, by `pod_host`; for "talos" the workstation, by `shell_host`.
        dialect: what the node's init speaks.
        node: for "talos": the address of the node.
        talosconfig: for "talos": the client's configuration there.

    Raises:
        CannotObserve: also when the list is empty: a node without services is one that was not understood.

    """
    what = f"the services of {node or 'the node'}"
    now = datetime.now(UTC)
    if dialect == "s6":
        found = s6.parse(_told(host, what, s6.SCRIPT), now)
    else:
        try:
            found = talos.parse(_told(host, what, talos.command(node, talosconfig)), now)
        except ValueError as error:
            raise CannotObserve(what, _name(host), str(error)) from error
    if not found:
        raise CannotObserve(what, _name(host), "its init lists none")
    return found


def _sample(host: Host) -> ClockOffset:
    began, start = time.time(), time.monotonic()
    # BusyBox' date has no %N, but its adjtimex prints the time, and whether the kernel's clock is kept.
    text = _told(host, "the clock", "date +%s; date +%s.%N; adjtimex 2>/dev/null || true")
    half = (time.monotonic() - start) / 2
    kernel = {key: int(value) for key, value in _ADJTIMEX.findall(text)}
    status = kernel.get("status")
    synchronised = None if status is None else not status & _STA_UNSYNC
    exact = _EXACT.search(text)
    if exact:
        there, blur = float(exact[1]), 0.0
    elif status is not None and {"time.tv_sec", "time.tv_usec"} <= kernel.keys():
        fraction = kernel["time.tv_usec"] / (1e9 if status & _STA_NANO else 1e6)
        there, blur = kernel["time.tv_sec"] + fraction, 0.0
    else:
        there, blur = int(text.split()[0]) + 0.5, 0.5
    return ClockOffset(there - (began + half), half + blur, synchronised)


def _v4_first(address: str) -> tuple[int, Any]:
    parsed = ip_interface(address)
    return parsed.version, parsed


def _host(backend: BaseBackend) -> Host:
    host = Host(backend)
    backend.set_host(host)
    return host


def _run(backend: BaseBackend, vantage: Vantage, command: str, timeout: float) -> CommandResult:
    done = vantage.run(("/bin/sh", "-c", command), timeout=timeout)
    return backend.result(done.returncode, command.encode(), done.stdout, done.stderr)


def _name(host: Host) -> str:
    return f"{host.backend.get_connection_type()}://{host.backend.get_hostname()}"


def _told(host: Host, what: str, script: str) -> str:
    code, text = _asked(host, what, script)
    if code:
        raise CannotObserve(what, _name(host), text.strip() or f"exit code {code}")
    return text


def _asked(host: Host, what: str, script: str) -> tuple[int, str]:
    """Return the script's exit code and output (with its errors, if it failed).

    A closing line proves that the script was run to its end: without it, it is kubectl's or ssh's exit code
    that came back, and nothing is known of the node.
    """
    done = host.run(f"({script}\n); code=$?; echo; echo {_END} $code")
    text, mark, code = done.stdout.rpartition(_END)
    if not mark:
        raise CannotObserve(what, _name(host), done.stderr.strip() or f"exit code {done.rc}, without a word")
    return int(code), text if int(code) == 0 else f"{text}{done.stderr}"
