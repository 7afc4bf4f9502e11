"""Nothing that the cluster runs waits for itself."""

from __future__ import annotations

from pytest_bdd import given, scenarios, then

from inventory import Planned
from probes import dependencies
from probes.dependencies import Needs
from probes.kubernetes import Api
from steps.vocabulary.seen import Seen
from steps.vocabulary.services import NamespacesOf

scenarios("platform/dependencies.feature")

APPLICATIONS = ("gitea", "matrix")
"""The services that are given what they show the identity provider, from Vault, when they start."""


@given("which Secrets every workload needs at its start, and what makes each of them", target_fixture="needs")
def what_is_needed(api: Api, inventory: Planned, seen: Seen) -> Needs:
    places = {name: service.namespace for name, service in inventory.services.items()}
    return seen("what is needed", dependencies.needs(api, places))


@then("from Gitea and from Matrix this leads to Vault's servers")
def applications_need_vault(needs: Needs, namespaces_of: NamespacesOf, seen: Seen) -> None:
    (vault,) = namespaces_of("vault").values()
    found = seen(
        "what of Vault each needs",
        {name: _of(vault, _ways(needs, place)) for name, place in namespaces_of(*APPLICATIONS).items()},
    )
    assert [name for name, ways in found.items() if not ways] == []


def _of(namespace: str, names: list[str]) -> list[str]:
    """Return those names that are in a namespace."""
    return [name for name in names if f" {namespace}/" in name]


def _ways(needs: Needs, namespace: str) -> list[str]:
    """Return all that the workloads of a namespace need."""
    return sorted(
        {one for name in dependencies.workload_names(needs, namespace) for one in needs.reach(name)}
    )


@then("from nothing does it lead back to itself")
def nothing_needs_itself(needs: Needs) -> None:
    assert needs.circle == ()
