from __future__ import annotations

import gc
import os
import select
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE

import dns.message
import dns.rrset
import pytest

from probes import http, tcp
from probes.namespaces import inside
from probes.outcomes import (
    CannotObserve,
    NetworkFailure,
    Refused,
    Reset,
    TimedOut,
    Truncated,
    Unreachable,
    Unresolvable,
)
from probes.vantage import DatagramVantage, ExecVantage, LocalVantage, NamespaceVantage, Vantage
from probes.waiting import Patience, eventually
from tests.unit.probes.servers import Network, Talk

PORT = 8080


def own_namespace() -> str:
    return str(Path("/proc/thread-self/ns/net").readlink())


def no_thread_is_new(before: set[threading.Thread]) -> None:
    """One that ends has its time; those of earlier tests may end meanwhile."""
    eventually(
        lambda: set(threading.enumerate()) - before,
        lambda new: not new,
        expected="no thread is left",
        patience=Patience(within=10.0, every=0.01),
    )


def sockets() -> int:
    gc.collect()
    return sum("socket:" in os.path.realpath(fd) for fd in Path("/proc/self/fd").iterdir())


@contextmanager
def listening(network: Network, talk: Talk, port: int = PORT) -> Iterator[None]:
    """A server on the network's server host; it treats each connection as told."""
    _, there = network.namespaces
    listener = inside(there, lambda: socket.create_server((network.address, port)), 5)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                talk(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def silent(_connection: socket.socket) -> None:
    pass


def close(connection: socket.socket) -> None:
    connection.recv(1000)


def reset(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hello(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


@pytest.fixture
def from_pod(network: Network, tmp_path: Path) -> ExecVantage:
    """The client host as if only a program could be run there, and BusyBox' tools were all there is."""
    busybox = shutil.which("busybox")
    assert busybox, "these tests need BusyBox"
    for name in ("nc", "sh", "grep", "true"):
        (tmp_path / name).symlink_to(busybox)
    enter = ("nsenter", f"--net=/run/netns/{network.client.namespace}", "--")
    return ExecVantage("a pod", (*enter, "env", f"PATH={tmp_path}"))


@pytest.fixture(params=["namespace", "exec"])
def vantage(request: pytest.FixtureRequest, network: Network, from_pod: ExecVantage) -> Vantage:
    return network.client if request.param == "namespace" else from_pod


def test_connects(network: Network, vantage: Vantage) -> None:
    with listening(network, silent):
        assert tcp.connect(vantage, network.address, PORT) == tcp.Connected()


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("address", Refused()),
        ("dropped", TimedOut()),
        ("absent", Unreachable("No route to host")),
        ("nowhere", Unreachable("Network is unreachable")),
    ],
)
def test_tells_failures_apart(
    network: Network, vantage: Vantage, address: str, outcome: NetworkFailure
) -> None:
    began = time.monotonic()
    assert tcp.connect(vantage, getattr(network, address), PORT, timeout=0.5) == outcome
    assert time.monotonic() - began < 5.0


def test_a_reset_connection_and_one_closed_in_order_differ(network: Network, vantage: Vantage) -> None:
    url = f"http://{network.address}:{PORT}/"
    with listening(network, reset):
        torn = http.get(vantage, url, timeout=3)
    with listening(network, close):
        closed = http.get(vantage, url, timeout=3)
    # A relay cannot tell how the connection ended: the program there just ends.
    assert torn == (Reset() if isinstance(vantage, NamespaceVantage) else closed)
    assert closed == Truncated("closed without an answer")


def hang_up(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_connection_that_is_reset_before_it_is_used_is_a_failure_like_others(here: LocalVantage) -> None:
    class Slow(LocalVantage):
        def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
            sock = super().dial(host, port, timeout=timeout)
            assert select.select([sock], [], [], 5)[0]
            return sock

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        resetting = threading.Thread(target=hang_up, args=(listener,))
        resetting.start()
        found = http.get(Slow(here.name), f"https://127.0.0.1:{listener.getsockname()[1]}/", timeout=5)
        resetting.join()
    assert found == Reset()


def test_speaks_http_and_says_who_answered(network: Network, vantage: Vantage) -> None:
    with listening(network, hello):
        answer = http.get(vantage, f"http://{network.address}:{PORT}/")
    direct = isinstance(vantage, NamespaceVantage)
    assert answer == http.Response(200, {}, b"hello", 0.0, f"{network.address}:{PORT}" if direct else None)


def test_the_thread_stays_in_its_own_namespace_and_no_socket_is_left(network: Network) -> None:
    before, open_sockets, threads = own_namespace(), sockets(), set(threading.enumerate())
    with listening(network, hello):
        assert tcp.connect(network.client, network.address, PORT) == tcp.Connected()
        with network.client.dial(network.address, PORT) as sock:
            assert own_namespace() == before
            assert sock.gettimeout() == 5.0
    for address in (network.address, network.dropped, network.absent, network.nowhere):
        assert isinstance(tcp.connect(network.client, address, 1, timeout=0.2), NetworkFailure)
        assert own_namespace() == before
    with pytest.raises(ZeroDivisionError):
        inside(network.namespaces[0], lambda: 1 // 0, 5)
    assert own_namespace() == before
    assert inside(network.namespaces[0], own_namespace, 5) != before
    no_thread_is_new(threads)
    assert sockets() == open_sockets
    assert "ESTAB" not in network.client.run(("ss", "-tan")).stdout


def test_a_relay_leaves_no_program_and_no_socket(network: Network, from_pod: ExecVantage) -> None:
    open_sockets, threads = sockets(), set(threading.enumerate())
    with listening(network, hello):
        with from_pod.dial(network.address, PORT) as sock:
            sock.sendall(b"x")
            assert sock.recv(100).startswith(b"HTTP/1.1 200")
        from_pod.dial(network.address, PORT).close()
        tcp.connect(from_pod, network.address, 1)
    no_thread_is_new(threads)
    assert sockets() == open_sockets
    assert "nc" not in network.client.run(("ip", "netns", "pids", network.client.namespace)).stdout


def test_a_namespace_that_is_not_there_cannot_be_observed() -> None:
    gone = NamespaceVantage("the VPS", "cs-probes-no-such")
    for look in (
        lambda: tcp.connect(gone, "10.0.0.1", 1),
        lambda: gone.run(("true",)),
        lambda: http.get(gone, "http://10.0.0.1/"),
    ):
        with pytest.raises(
            CannotObserve,
            match=r"the VPS: .*No such file or directory.*cs-probes-no-such|the VPS: nsenter: .*cs-probes-no-such",
        ):
            look()


def test_on_a_machine_that_is_off_nothing_runs(network: Network) -> None:
    off = replace(network.client, whole=True)
    with pytest.raises(CannotObserve, match="the machine is off"):
        off.run(("true",))


def test_programs_run_on_the_whole_machine_that_lives_in_a_namespace(network: Network) -> None:
    """Its PID 1 is the first process of a pid namespace of its own."""
    machine = replace(network.client, whole=True)
    entered = (
        "nsenter",
        f"--net=/run/netns/{network.client.namespace}",
        "unshare",
        "--pid",
        "--fork",
        "--uts",
    )
    with subprocess.Popen(
        (*entered, "sh", "-c", "hostname whole; echo up; read end"), stdin=PIPE, stdout=PIPE
    ) as one:
        assert one.stdout
        assert one.stdout.readline() == b"up\n"
        assert machine.run(("hostname",)).stdout == "whole\n"
        assert network.client.run(("hostname",)).stdout != "whole\n"
        with pytest.raises(CannotObserve, match="no-such-program"):
            machine.run(("no-such-program",))
        one.communicate(b"\n")


@pytest.mark.parametrize(
    ("prefix", "because"),
    [
        (("/no/such/kubectl", "exec"), "No such file"),
        (("sh", "-c", "echo 'pods \"probe\" not found' >&2; exit 1"), "not found"),
        (
            ("sh", "-c", "echo 'ssh: connect to host vps port 22: Connection refused' >&2; exit 255"),
            "port 22",
        ),
        (("env", "PATH=BARE"), "nc is not installed"),
    ],
    ids=["no kubectl", "no pod", "no way to the host", "no nc"],
)
def test_a_prefix_that_does_not_get_there_cannot_observe(
    prefix: tuple[str, ...], because: str, tmp_path: Path
) -> None:
    (tmp_path / "sh").symlink_to("/bin/dash")
    prefix = tuple(word.replace("BARE", str(tmp_path)) for word in prefix)
    place = ExecVantage("a pod", prefix)
    with pytest.raises(CannotObserve, match=because):
        place.dial("127.0.0.1", 1, timeout=1)
    with pytest.raises(CannotObserve, match=because.replace("nc is not installed", "not found")):
        place.run(("nc",))


def test_names_are_resolved_by_the_vantages_own_name_servers(network: Network) -> None:
    _, there = network.namespaces
    server = inside(there, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 5)
    server.bind((network.address, 53))

    def answer() -> None:
        while True:
            wire, asker = server.recvfrom(4096)
            if wire == b"end":
                return
            reply = dns.message.make_response(dns.message.from_wire(wire))
            question = reply.question[0]
            if str(question.name) == "www.example." and question.rdtype == 1:
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", network.address))
            server.sendto(reply.to_wire(), asker)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    visitor = NamespaceVantage("the public internet", network.client.namespace, (network.address,))
    try:
        with listening(network, silent):
            assert tcp.connect(visitor, "www.example", PORT) == tcp.Connected()
        unknown = tcp.connect(visitor, "no.example", PORT)
        assert unknown == Unresolvable("no.example", f"name server {network.address} knows no address")
    finally:
        with network.client.dial_udp(network.address, 53) as sock:
            sock.send(b"end")
        thread.join(5)
        server.close()
    mute = NamespaceVantage("the public internet", network.client.namespace, (network.dropped,))
    silence = tcp.connect(mute, "www.example", PORT, timeout=0.4)
    assert silence == Unresolvable("www.example", f"name server {network.dropped} did not answer")


def test_runs_a_program_in_the_namespace(network: Network) -> None:
    done = network.client.run(("ip", "-brief", "address", "show", "eth0"))
    assert done.returncode == 0
    assert done.argv == ("ip", "-brief", "address", "show", "eth0")
    assert "10.99.0.1/24" in done.stdout
    with pytest.raises(CannotObserve, match="no-such-program"):
        network.client.run(("no-such-program",))


def test_runs_a_program_behind_a_prefix(vantage: Vantage) -> None:
    done = vantage.run(("sh", "-c", "echo out; echo no >&2; exit 3"))
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "no\n")
    assert str(done) == "`sh -c echo out; echo no >&2; exit 3` ended with 3: no"
    assert vantage.run(("sh", "-c", "printf x >&2")).stderr == "x"
    assert vantage.run(("true",)).stderr == ""


def test_a_program_gets_its_input_and_a_deadline_holds_for_its_children_too(here: LocalVantage) -> None:
    assert here.run(("cat",), stdin=b"abc").stdout == "abc"
    began = time.monotonic()
    with pytest.raises(CannotObserve, match=r"it had not ended after 0\.3 s"):
        here.run(("sh", "-c", "sleep 60 & sleep 60"), timeout=0.3)
    with pytest.raises(CannotObserve, match="No such file"):
        here.run(("/no/such/program",))
    assert time.monotonic() - began < 5


def test_ssh_gets_one_quoted_word() -> None:
    through_shell = ExecVantage("the VPS", ("sh", "-c"), joined=True)
    assert through_shell.run(("echo", "a  b", "$HOME")).stdout == "a  b $HOME\n"


def test_who_can_send_udp(here: LocalVantage, network: Network, from_pod: ExecVantage) -> None:
    assert isinstance(here, DatagramVantage)
    assert isinstance(network.client, DatagramVantage)
    assert not isinstance(from_pod, DatagramVantage)


def test_an_unknown_name_is_unresolvable_and_not_a_crash(
    here: LocalVantage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert tcp.connect(here, "no.example", 1) == Unresolvable("no.example", "Name or service not known")


def test_a_resolver_that_hangs_does_not_hang_the_probe(
    here: LocalVantage, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: released.wait(10))
    try:
        found = tcp.connect(here, "slow.example", 1, timeout=0.2)
    finally:
        released.set()
    assert found == Unresolvable("slow.example", "the resolver did not answer within 0.2 s")


def test_all_addresses_of_a_host_are_tried(
    here: LocalVantage, talking: Callable[[Talk], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = talking(silent)
    entries = [(0, 0, 0, "", ("127.0.0.2", 0)), (0, 0, 0, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: entries)
    assert tcp.connect(here, "two.example", port) == tcp.Connected()
    assert tcp.connect(here, "two.example", 1) == Refused()
