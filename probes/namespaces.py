"""Sockets that live in another network namespace of this machine, made without ever being there.

A socket belongs to the namespace it was made in, whoever uses it. So a short-lived helper thread enters the
namespace, makes the socket and ends; the calling thread never leaves its own. A thread that went there and
back itself could be interrupted on the way (Ctrl-C is delivered between any two steps of the main thread)
and be stuck in the wrong place, where the clean-up would then look.
"""

from __future__ import annotations

import ctypes
import ipaddress
import os
import socket
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from probes.outcomes import CannotResolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
_CLONE_NEWNET = 0x40000000
_DNS_PORT = 53
_libc = ctypes.CDLL(None, use_errno=True)


def first_process(place: Path) -> int | None:
    """Return the process that is PID 1 of a machine in this network namespace; None where no machine lives."""
    try:
        wanted = place.stat()
    except OSError:
        return None
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_first(entry, wanted):
            return int(entry.name)
    return None


def _is_first(process: Path, wanted: os.stat_result) -> bool:
    """Tell whether it is the first one of an inner pid namespace, and stands in the wanted network namespace."""
    try:
        if not os.path.samestat((process / "ns/net").stat(), wanted):
            return False
        status = (process / "status").read_text()
    except OSError:
        return False
    inner = [line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")]
    return any(len(pids) > 1 and pids[-1] == "1" for pids in inner)


class CannotEnter(Exception):
    """The namespace could not be entered. No OSError: it says nothing about the network behind."""


def dial(
    namespace: Path | None,
    host: str,
    port: int,
    kind: socket.SocketKind,
    timeout: float,
    *,
    nameservers: Sequence[str] = (),
) -> socket.socket:
    """Return a socket connected from the namespace (None: from here); later calls on it have `timeout` too.

    Every address of the host is tried, and they share the time (seconds).

    Raises:
        OSError: what the last address did; `CannotResolve` when there is none.
        CannotEnter: there is no such namespace, or no right to enter it.

    """
    deadline = time.monotonic() + timeout
    addresses = _addresses(namespace, host, timeout, nameservers)
    for more, address in reversed(list(enumerate(reversed(addresses)))):
        left = max(deadline - time.monotonic(), 0.001)
        try:
            sock = _connected(namespace, (address, port), kind, left / (more + 1))
        except OSError:
            if not more:
                raise
        else:
            sock.settimeout(timeout)
            return sock
    raise CannotResolve(host, "it has no address")


def inside(namespace: Path | None, work: Callable[[], T], timeout: float) -> T:
    """Do some work in a thread of its own that has entered the namespace; the calling thread stays here.

    Raises:
        TimeoutError: the work had not ended after `timeout` seconds; it is left to itself.
        CannotEnter: there is no such namespace, or no right to enter it.
        Exception: whatever the work raised.

    """
    done: Future[T] = Future()

    def work_there() -> None:
        try:
            if namespace is not None:
                _enter(namespace)
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the calling thread
            done.set_exception(error)

    threading.Thread(target=work_there, daemon=True, name=f"inside {namespace}").start()
    return done.result(timeout)


def _enter(namespace: Path) -> None:
    try:
        descriptor = os.open(namespace, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CannotEnter(str(error)) from error
    try:
        if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
            raise CannotEnter(f"{os.strerror(ctypes.get_errno())}: {namespace}")
    finally:
        os.close(descriptor)


def _connected(
    namespace: Path | None, address: tuple[str, int], kind: socket.SocketKind, timeout: float
) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    if namespace is None:
        sock = socket.socket(family, kind)
    else:
        sock = inside(namespace, lambda: socket.socket(family, kind), timeout)
    try:
        sock.settimeout(timeout)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def _addresses(namespace: Path | None, host: str, timeout: float, nameservers: Sequence[str]) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    if nameservers:
        return _asked(namespace, host, timeout, nameservers)
    # In a thread even from here: getaddrinfo has no time limit of its own.
    try:
        found = inside(namespace, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM), timeout)
    except socket.gaierror as error:
        raise CannotResolve(host, error.strerror or str(error)) from error
    except TimeoutError as error:
        raise CannotResolve(host, f"the resolver did not answer within {timeout:g} s") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _asked(namespace: Path | None, host: str, timeout: float, nameservers: Sequence[str]) -> list[str]:
    """Ask the name servers in turn; the first that answers decides, also when it says no."""
    trouble = "no name server"
    for server in nameservers:
        try:
            found = [
                address
                for rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA)
                for address in _ask(namespace, host, rdtype, server, timeout / len(nameservers) / 2)
            ]
        except (dns.exception.Timeout, TimeoutError):
            trouble = f"name server {server} did not answer"
        except (OSError, dns.exception.DNSException) as error:
            trouble = f"name server {server}: {error or type(error).__name__}"
        else:
            if found:
                return found
            raise CannotResolve(host, f"name server {server} knows no address")
    raise CannotResolve(host, trouble)


def _ask(
    namespace: Path | None, host: str, rdtype: dns.rdatatype.RdataType, server: str, timeout: float
) -> list[str]:
    question = dns.message.make_query(host, rdtype)
    with _connected(namespace, (server, _DNS_PORT), socket.SOCK_DGRAM, timeout) as sock:
        reply = dns.query.udp(question, server, timeout=timeout, port=_DNS_PORT, sock=sock)
    if reply.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
        raise OSError(dns.rcode.to_text(reply.rcode()))
    found = [rrset.to_text() for rrset in reply.answer if rrset.rdtype == rdtype]
    return [line.rsplit(" ", 1)[1] for text in found for line in text.splitlines()]
