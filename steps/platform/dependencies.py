"""Nothing that the cluster runs waits for itself."""

from __future__ import annotations

from pytest_bdd import given, scenarios, then

from probes import dependencies
from probes.dependencies import Needs
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen
from steps.wiring import Inventory

scenarios("platform/dependencies.feature")

APPLICATIONS = ("gitea", "matrix")
"""The services that are given what they show the identity provider, from Vault, when they start."""


@given("what every workload needs before it starts, and who makes that", target_fixture="needs")
def what_is_needed(api: Api, inventory: Inventory, seen: Seen) -> Needs:
    places = {name: service.namespace for name, service in inventory.services.items()}
    return seen("what is needed", dependencies.needs(api, places))


@then("the applications that people sign in to need Vault's servers")
def applications_need_vault(needs: Needs, inventory: Inventory, seen: Seen) -> None:
    vault = inventory.services["vault"].namespace
    places = {name: inventory.services[name].namespace for name in APPLICATIONS}
    ways = {
        name: [one for one in _ways(needs, place) if f" {vault}/" in one] for name, place in places.items()
    }
    assert [name for name, found in seen("what of Vault each needs", ways).items() if not found] == []


def _ways(needs: Needs, namespace: str) -> list[str]:
    """Return all that the workloads of a namespace need."""
    return sorted(
        {one for name in dependencies.workload_names(needs, namespace) for one in needs.reach(name)}
    )


@then("nothing needs itself")
def nothing_needs_itself(needs: Needs) -> None:
    assert needs.circle == ()
