"""etcd, as its members tell of it to the operator."""

from __future__ import annotations

import pytest
from pytest_bdd import then

from inventory import Planned
from probes import etcd
from probes.etcd import Certificates, Status
from probes.outcomes import NetworkFailure
from probes.together import at_once
from probes.vantage import Vantage
from steps.wiring import CredentialFile, Wait

PORT = 2379
"""Where etcd serves clients."""
States = dict[str, "Status | NetworkFailure"]
"""What each controller's member says of itself, by the controller's name."""


@pytest.fixture
def etcd_certificates(credential: CredentialFile) -> Certificates:
    """Who asks etcd."""
    return Certificates(credential("etcd_ca"), credential("etcd_certificate"), credential("etcd_key"))


def states(workstation: Vantage, inventory: Planned, certificates: Certificates) -> States:
    """Ask the members on all control-plane nodes at once."""
    address = {node.name: node.address for node in inventory.controlplanes}
    return at_once(
        lambda name: etcd.status(workstation, f"https://{address[name]}:{PORT}", certificates), address
    )


def voting(found: States) -> dict[str, bool]:
    """Tell for each controller whether its member is a healthy voter that knows a leader."""
    return {
        name: isinstance(one, Status) and bool(one.leader) and not one.learner and not one.errors
        for name, one in found.items()
    }


def agreed_leader(found: States) -> str | None:
    """Return the one leader that all members name, if it is a member; else None."""
    members = [one for one in found.values() if isinstance(one, Status)]
    leaders = {one.leader for one in members} & {one.member for one in members}
    unanimous = len({one.leader for one in members}) == 1
    return leaders.pop() if leaders and unanimous and len(members) == len(found) else None


@then("every controller has a healthy voting member of etcd")
@then("every controller has a healthy voting member of etcd again")
def every_controller_has_a_member(
    eventually: Wait, workstation: Vantage, inventory: Planned, etcd_certificates: Certificates
) -> None:
    eventually(
        lambda: states(workstation, inventory, etcd_certificates),
        lambda found: all(voting(found).values()),
        expected="a healthy voting member of etcd on every controller",
        patience="etcd",
        vantage=workstation.name,
    )
