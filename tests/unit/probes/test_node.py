from __future__ import annotations

import re
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from probes import node, s6, talos
from probes.outcomes import CannotObserve
from probes.supervised import NodeService, ServiceState
from probes.vantage import Completed, LocalVantage
from tests.unit.probes.servers import Network

NOW = datetime(2025, 11, 24, 14, 0, 0, tzinfo=UTC)


@dataclass
class Recorded:
    """A vantage point whose shell always prints the same."""

    stdout: str
    code: int = 0
    name: str = "a recording"

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        assert stdin is None
        assert timeout == 20
        end = f"\n--end-of-probe-- {self.code}\n"
        return Completed(tuple(argv), 0, self.stdout + end, "")

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> Any:
        raise NotImplementedError(host, port, timeout)


@pytest.fixture
def shell(here: LocalVantage) -> Any:
    """This machine, as a testinfra host."""
    return node.shell_host(here)


KUBECTL = """\
#!/bin/sh
# Stands in for kubectl exec: tells how it was called, and runs the command here.
echo "$@" > {log}
while [ "$1" != -- ]; do shift; done; shift
exec "$@"
"""


@pytest.fixture
def kubectl(tmp_path: Path) -> Path:
    file = tmp_path / "my kubectl"
    file.write_text(KUBECTL.format(log=tmp_path / "called"))
    file.chmod(stat.S_IRWXU)
    return file


def test_reads_interfaces(recording: Callable[[str], str]) -> None:
    host = node.shell_host(Recorded(recording("busybox_ip.txt")))
    eth0, eth1, lo = node.interfaces(host)
    assert eth0 == node.Interface(
        "eth0", ("10.0.1.2/16", "10.0.3.1/32", "fe80::c44f:35ff:feb5:dc2a/64"), mtu=1500
    )
    assert eth0.ipv4 == ("10.0.1.2", "10.0.3.1")
    assert eth1 == node.Interface("eth1", (), mtu=1280, up=False)
    assert str(eth1) == "eth1 (down) no address, MTU 1280"
    assert lo.ipv4 == ("127.0.0.1",)


def test_reads_interfaces_of_iproute2_as_well(network: Network) -> None:
    found = {one.name: one for one in node.interfaces(node.shell_host(network.client))}
    assert found["eth0"].ipv4 == ("10.99.0.1",)
    assert found["eth0"].up


def test_reads_sysctls(shell: Any) -> None:
    assert node.sysctl(shell, "kernel.ostype") == "Linux"
    assert node.sysctl(shell, "net/ipv4/conf/lo/forwarding") == node.sysctl(
        shell, "net.ipv4.conf.lo.forwarding"
    )
    assert re.fullmatch(r"\d+ \d+", node.sysctl(shell, "net.ipv4.ip_local_port_range") or "")
    assert node.sysctl(shell, "net.ipv4.no_such_parameter") is None
    assert node.sysctl(shell, "kernel.$(id)'\"") is None


def test_a_sysctl_that_cannot_be_read_is_unknown(shell: Any) -> None:
    with pytest.raises(CannotObserve, match=r"sysctl kernel from vantage://here: .*directory"):
        node.sysctl(shell, "kernel")


def test_measures_the_clock(shell: Any) -> None:
    offset = node.clock_offset(shell)
    assert abs(offset.seconds) <= offset.uncertainty + 0.01
    assert offset.uncertainty < 0.5


@pytest.mark.parametrize("nano", [False, True])
def test_measures_the_clock_with_busyboxs_tools(nano: bool) -> None:  # noqa: FBT001 - a case of the table
    ahead = time.time() + 100.25
    seconds, fraction = int(ahead), ahead % 1
    status, part = (8193, int(fraction * 1e9)) if nano else (64, int(fraction * 1e6))
    text = (
        f"{seconds}\n{seconds}.%N\n    mode:         0\n-o  offset:       0 us\n    status:       {status} (PLL)\n"
        f"    time.tv_sec:  {seconds}\n    time.tv_usec: {part}\n    return value: 0 (clock synchronized)\n"
    )
    offset = node.clock_offset(node.shell_host(Recorded(text)), samples=1)
    late = time.time() + 100.25 - ahead
    assert 100.25 - late - 0.001 <= offset.seconds <= 100.251
    assert offset.synchronised is nano
    assert offset.uncertainty <= late


class WholeSeconds(Recorded):
    """A vantage point whose `date` knows no fractions."""

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        self.stdout = f"{int(time.time())}\n%N\n"
        return super().run(argv, timeout=timeout, stdin=stdin)


def test_says_how_little_it_knows_of_a_clock_in_whole_seconds() -> None:
    began = time.monotonic()
    offset = node.clock_offset(node.shell_host(WholeSeconds("")), samples=1)
    assert 0.5 <= offset.uncertainty <= 0.5 + time.monotonic() - began
    assert abs(offset.seconds) <= offset.uncertainty
    assert offset.synchronised is None


def test_reads_the_services_of_s6(recording: Callable[[str], str]) -> None:
    found = {one.name: one for one in s6.parse(recording("s6.txt"), NOW)}
    assert found["etcd"] == NodeService("etcd", ServiceState.RUNNING, restarts=0)
    assert found["etcd"].since == NOW - timedelta(seconds=3723)
    assert found["kube-apiserver"] == NodeService(
        "kube-apiserver", ServiceState.FAILED, None, 7, "exit code 1"
    )
    assert found["kubelet"].state is ServiceState.PAUSED
    assert found["keepalived"] == NodeService(
        "keepalived", ServiceState.STOPPED, None, 1, "killed by SIGTERM"
    )
    assert found["containerd"].state is ServiceState.FAILED
    assert found["flannel"].state is ServiceState.FAILED
    assert "s6-supervise not running" in found["flannel"].detail
    assert found["setup"].state is ServiceState.STOPPED
    assert [name for name, one in found.items() if one.well] == ["etcd"]
    assert str(found["kube-apiserver"]) == "kube-apiserver failed since 13:59:59, died 7 times (exit code 1)"


def test_asks_s6_on_the_node(recording: Callable[[str], str]) -> None:
    assert len(node.services(node.shell_host(Recorded(recording("s6.txt"))), "s6")) == 7
    with pytest.raises(CannotObserve, match="its init lists none"):
        node.services(node.shell_host(Recorded("")), "s6")
    with pytest.raises(CannotObserve, match="s6-svstat is not installed"):
        node.services(node.shell_host(Recorded("s6-svstat is not installed on the node", 1)), "s6")


def test_reads_the_services_of_talos(recording: Callable[[str], str]) -> None:
    found = {one.name: one for one in talos.parse(recording("talos_services.txt"), NOW)}
    assert len(found) == 9
    assert found["apid"] == NodeService("apid", ServiceState.RUNNING, detail="Health check successful")
    assert found["apid"].since == NOW - timedelta(minutes=5, seconds=51)
    assert found["containerd"].since == NOW - timedelta(hours=1, minutes=2, seconds=3)
    assert found["cri"].state is ServiceState.UNHEALTHY
    assert found["dashboard"].state is ServiceState.RUNNING
    assert found["etcd"].state is ServiceState.STARTING
    assert found["kubelet"].state is ServiceState.FAILED
    assert found["kubelet"].detail.endswith("cannot delete running task kubelet: failed precondition")
    assert (found["syslogd"].state, found["syslogd"].since) == (ServiceState.FINISHED, None)
    assert (found["trustd"].state, found["trustd"].well) == (ServiceState.UNKNOWN, False)
    assert found["trustd"].detail == "Dozing: Nobody knows"


@pytest.mark.parametrize("text", ["", "rpc error: code = Unavailable", "NODE   SERVICE\n10.0.1.1   apid"])
def test_what_is_not_the_table_of_talos_is_unknown(text: str) -> None:
    with pytest.raises(CannotObserve, match=r"the services of 10\.0\.1\.1 from vantage://a recording"):
        node.services(node.shell_host(Recorded(text)), "talos", node="10.0.1.1")


def test_asks_talos_for_one_node() -> None:
    words = talos.command("10.0.1.1", Path("/my config"))
    assert words == "talosctl --talosconfig '/my config' --nodes 10.0.1.1 services"


def test_goes_through_kubectl(here: LocalVantage, kubectl: Path, tmp_path: Path) -> None:
    host = node.pod_host(
        here, Path("/a b/kubeconfig"), "probes", "probe-x", kubectl=str(kubectl), container="c"
    )
    assert node.sysctl(host, "kernel.ostype") == "Linux"
    called = (tmp_path / "called").read_text()
    assert called.startswith("--kubeconfig=/a b/kubeconfig -n probes -c c exec probe-x -- /bin/sh -c (")
    assert node.sysctl(host, "kernel.no_such_parameter") is None
    assert (
        cast("Any", host).file("/proc/sys/kernel/ostype").content_string == "Linux\n"
    )  # testinfra's own modules work


@pytest.mark.parametrize(
    ("script", "because", "timeout"),
    [
        ("echo 'Error from server (NotFound): pods \"probe-x\" not found' >&2; exit 1", "NotFound", 10),
        ("echo Linux; exit 0", "exit code 0, without a word", 10),
        ("exec sleep 30", r"it had not ended after 0\.3 s", 0.3),
    ],
    ids=["no pod", "cut off", "hangs"],
)
def test_what_kubectl_could_not_ask_is_unknown(
    here: LocalVantage, tmp_path: Path, script: str, because: str, timeout: float
) -> None:
    file = tmp_path / "kubectl"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(stat.S_IRWXU)
    host = node.pod_host(here, Path("/kubeconfig"), "probes", "probe-x", kubectl=str(file), timeout=timeout)
    with pytest.raises(CannotObserve, match=because):
        node.sysctl(host, "kernel.ostype")
