"""The two labs that are compared: the whole one, and the smallest thing that has a Ready node."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from inventory import Inventory, load
from provisioning.converge import converge
from provisioning.events import Console, PhaseEvent, read
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab import sweep, topology
from provisioning.lab.artifacts import build as artifacts
from provisioning.lab.lab import Lab
from provisioning.lab.provider import NAME_VARIABLE, LabProvider
from provisioning.lab.units import discovery
from provisioning.lab.units.layer_01_infrastructure import kubelet, nodes
from provisioning.provider import Options
from provisioning.target import Target

ROOT = Path(__file__).parents[1]
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
WHOLE, ALONE = f"bench-{CHECKOUT}", f"alone-{CHECKOUT}"
OUTSIDE = ("vps", "internet", "parent")
"""The machines that no node needs in order to become Ready."""
NEEDED_ALONE = ("network_segments", "machines", "pki", "etcd", "apiserver", "containerd")
"""The units, as they are, without which no node becomes Ready; its kubelet is started by one of ours."""


@dataclasses.dataclass(frozen=True, slots=True)
class Built:
    """One build. ready: seconds from its first unit to all nodes Ready, without the time that this is held."""

    ready: float
    phases: tuple[PhaseEvent, ...]


@contextmanager
def whole(inventory: Path) -> Generator[tuple[LabProvider, Target, Built]]:
    """Build the whole lab from nothing, and remove it in the end."""
    previous = os.environ.get(NAME_VARIABLE)
    os.environ[NAME_VARIABLE] = WHOLE
    try:
        provider = LabProvider(load(inventory), Options(build="bench", listener=Console()))
        provider.destroy()
        try:
            target = provider.build()
            yield provider, target, _built(provider)
        finally:
            provider.destroy()
    finally:
        if previous is None:
            del os.environ[NAME_VARIABLE]
        else:
            os.environ[NAME_VARIABLE] = previous


def _built(provider: LabProvider) -> Built:
    phases = read(provider.state / "phases.jsonl")
    begun = min(phase.started for phase in phases)
    ready = next(phase.started + phase.seconds for phase in phases if phase.unit == nodes.UNIT.name)
    return Built(ready - begun - provider.inventory.patience["node_ready"].hold, phases)


def alone(inventory: Path) -> Built:
    """Build one etcd, one API server and one kubelet from nothing, as the lab does it; remove them again."""
    read_in = load(inventory)
    first = read_in.controlplanes[0]
    one = dataclasses.replace(
        read_in,
        nodes=(first,),
        # Nobody else has it: whoever asks at the VIP asks the one API server.
        vips=dataclasses.replace(read_in.vips, api=first.address),
    )
    sweep.sweep(ALONE)
    try:
        lab = Lab(ALONE, one, _smaller(one), artifacts.ensure())
        lab.state.mkdir(parents=True, mode=0o700)
        log: list[PhaseEvent] = []
        console = Console()
        converge(_units(), lab, build="alone", listener=_Keep(log, console))
        begun = min(phase.started for phase in log)
        return Built(max(phase.started + phase.seconds for phase in log) - begun, tuple(log))
    finally:
        sweep.sweep(ALONE)


class _Keep(Console):
    """Keeps what the console is told."""

    def __init__(self, log: list[PhaseEvent], console: Console) -> None:
        super().__init__(console.stream)
        self.log = log

    def finished(self, event: PhaseEvent) -> None:
        """Keep it, and tell."""
        self.log.append(event)
        super().finished(event)


def _smaller(inventory: Inventory) -> topology.Topology:
    """Leave out the machines that no node needs."""
    plan = topology.from_inventory(inventory)
    return dataclasses.replace(plan, hosts=tuple(host for host in plan.hosts if host.role not in OUTSIDE))


def _units() -> Iterable[Unit[Lab]]:
    for unit in discovery.discover():
        if unit.name in NEEDED_ALONE:
            yield dataclasses.replace(unit, needs=tuple(need for need in unit.needs if need in NEEDED_ALONE))
    yield Unit(
        name="kubelet",
        layer=Layer.INFRASTRUCTURE,
        needs=("containerd", "pki", "apiserver"),
        start=_start_kubelet,
        gate=Gate(
            observe=_status,
            until=lambda status: status == "True",
            expected="the node is Ready",
            patience="kubelet",
        ),
    )


def _start_kubelet(lab: Lab) -> None:
    """Start it with the configuration of a pod network in place, which the CNI would bring in a cluster."""
    pods = next(lab.inventory.cluster.pod_network.subnets(new_prefix=24))
    conflist = lab.render("cni.conflist", pods=str(pods))
    lab.write(lab.nodes[0].name, "/etc/cni/net.d/10-pods.conflist", conflist)
    kubelet.start(lab)


def _status(lab: Lab) -> str:
    """Ask as the break-glass administrator: nobody has bound the ordinary one's rights."""
    path = '--output=jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
    kubectl = [str(lab.artifacts.bin / "kubectl"), f"--kubeconfig={lab.pki / 'super-admin.conf'}"]
    done = lab.vantage("workstation").run([*kubectl, "get", "nodes", path], timeout=10)
    return done.stdout if done.returncode == 0 else done.stderr
