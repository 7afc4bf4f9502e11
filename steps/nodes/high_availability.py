"""The control plane survives the loss of any one controller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_bdd import given, parsers, scenarios, then

from inventory import Node, Planned
from probes import kubernetes
from probes.etcd import Certificates, Status
from probes.kubernetes import Api, WriteRefused, Written
from probes.outcomes import NetworkFailure
from probes.together import at_once
from probes.vantage import Vantage
from probes.waiting import Patience
from steps.vocabulary import etcd
from steps.wiring import Scratch, Target, Wait

scenarios("nodes/high_availability.feature")

HOLD = 3.0
"""What came back within a promised time must also stay so long, in seconds."""
LEASE = "writes"


@dataclass(frozen=True, slots=True)
class Pen:
    """Tries writes on one lease, from the workstation."""

    workstation: Vantage
    target: Target
    namespace: str

    def write(self, address: str) -> Written | WriteRefused | NetworkFailure:
        """Try to write through the API at this address."""
        return kubernetes.can_write(
            self.workstation,
            self.target.kubeconfig,
            address,
            namespace=self.namespace,
            name=LEASE,
            timeout=5.0,
        )


@given("a lease of the specification's own, to try writes on", target_fixture="pen")
def lease_to_write_on(scratch: Scratch, workstation: Vantage, target: Target) -> Pen:
    scratch.apply("lease.yaml", name=LEASE)
    return Pen(workstation, target, scratch.namespace)


@then(parsers.parse("within {seconds:d} seconds the API answers at its VIP, from the operator's workstation"))
def api_answers_at_vip(
    eventually: Wait, workstation: Vantage, target: Target, inventory: Planned, seconds: int
) -> None:
    eventually(
        lambda: kubernetes.api_health(workstation, target.kubeconfig, str(inventory.vips.api), timeout=2.0),
        lambda health: health.answering,
        expected="the API answers at its VIP",
        patience=Patience(within=seconds, every=0.25, hold=HOLD),
        vantage=workstation.name,
    )


@then(parsers.parse("within {seconds:d} seconds a write through the VIP is accepted"))
def write_is_accepted(eventually: Wait, pen: Pen, inventory: Planned, seconds: int) -> None:
    eventually(
        lambda: pen.write(str(inventory.vips.api)),
        lambda outcome: isinstance(outcome, Written),
        expected="a write through the VIP is accepted",
        patience=Patience(within=seconds, every=0.5, hold=HOLD),
        vantage=pen.workstation.name,
    )


@then(parsers.parse("etcd is seen to have lost its quorum: {alive:d} of {all_:d} members, and no leader"))
def quorum_is_lost(
    eventually: Wait,
    workstation: Vantage,
    inventory: Planned,
    etcd_certificates: Certificates,
    alive: int,
    all_: int,
) -> None:
    eventually(
        lambda: etcd.states(workstation, inventory, etcd_certificates),
        lambda found: len(found) == all_ and _leaders(found) == [""] * alive,
        expected=f"{alive} of {all_} members of etcd answers, and it knows no leader",
        patience="etcd",
        vantage=workstation.name,
    )


def _leaders(found: etcd.States) -> list[str]:
    """Return whom each member that answers takes for the leader; "" is nobody."""
    return [one.leader for one in found.values() if isinstance(one, Status)]


@then("no API server accepts a write")
def no_write_is_accepted(holds: Wait, pen: Pen, inventory: Planned, switched: tuple[Node, ...]) -> None:
    address = {node.name: str(node.address) for node in inventory.controlplanes}
    alive = [node.name for node in inventory.controlplanes if node not in switched]
    holds(
        lambda: at_once(lambda name: pen.write(address[name]), address),
        lambda outcomes: _refusing(outcomes) == alive,
        expected=f"{', '.join(alive)} refuses to write, and the others do not answer",
        patience="no_writes",
        vantage=pen.workstation.name,
    )


def _refusing(outcomes: Mapping[str, Written | WriteRefused | NetworkFailure]) -> list[str]:
    """Return which API servers answer and refuse; if any of them writes, none: then they do not agree."""
    if any(isinstance(outcome, Written) for outcome in outcomes.values()):
        return []
    return [name for name, outcome in outcomes.items() if isinstance(outcome, WriteRefused)]


@then(parsers.parse("within {seconds:d} seconds it is no longer Ready, and all other nodes are"))
def only_this_one_is_not_ready(
    eventually: Wait, api: Api, inventory: Planned, switched: tuple[Node, ...], seconds: int
) -> None:
    wanted = {node.name: node not in switched for node in inventory.nodes}
    eventually(
        lambda: {node.name: node.ready for node in kubernetes.nodes(api)},
        lambda ready: ready == wanted,
        expected=f"only {', '.join(node.name for node in switched)} is not Ready",
        patience=Patience(within=seconds, every=1.0, hold=HOLD),
    )
