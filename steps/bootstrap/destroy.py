"""Destroying leaves layer 00 and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pytest_bdd import given, scenarios, then, when

from probes import kubernetes
from probes.kubernetes import Api
from probes.residue import Residue
from probes.vantage import Vantage
from steps.vocabulary.persistent_auth import SealingPair
from steps.wiring import Observed, Provider, Target

scenarios("bootstrap/destroy.feature")

NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Before:
    """What tells the old cluster from a new one: its identity, and a ConfigMap that only it has."""

    identity: str
    note: str


@pytest.fixture
def built_again(provider: Provider) -> Iterator[None]:
    """Whatever becomes of the scenario, the platform is there again for the next one."""
    yield
    if not provider.generation():
        provider.build()


@given("the owner keeps a note in the cluster", target_fixture="before")
def owner_keeps_a_note(
    target: Target, workstation: Vantage, nonce: str, sealing_pair_before: SealingPair, observed: Observed
) -> Before:
    before = Before(target.identity, f"note-{nonce}")
    kubectl = ["kubectl", f"--kubeconfig={target.kubeconfig}", f"--namespace={NAMESPACE}"]
    done = workstation.run([*kubectl, "create", "configmap", before.note])
    observed("the cluster, and layer 00", (before.identity, done.stdout.strip() or done, sealing_pair_before))
    assert done.returncode == 0, done
    return before


@when("the platform is destroyed")
def destroy(provider: Provider, built_again: None) -> None:  # noqa: ARG001 - see there
    provider.destroy()


@then("nothing of it is left on this machine but layer 00")
def nothing_is_left(residue: Callable[[], Residue], observed: Observed) -> None:
    found = residue()
    observed("what is left", found, "this machine")
    assert found.nothing, found


@when("the platform is bootstrapped from nothing", target_fixture="rebuilt")
def bootstrap_from_nothing(provider: Provider) -> Api:
    """Return the API of the new cluster, which has other certificates than the old one."""
    new = provider.build()
    return Api(new.kubeconfig, new.vantages["workstation"])


@then("it is another cluster")
def another_cluster(rebuilt: Api, before: Before, observed: Observed) -> None:
    identity = kubernetes.identity(rebuilt)
    observed("the new cluster", identity)
    assert identity != before.identity


@then("the note is gone")
def note_is_gone(rebuilt: Api, before: Before, observed: Observed) -> None:
    place = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
    note = rebuilt.get("the note", f"{place}/{before.note}", optional=True)
    others = rebuilt.list("what is there instead", place)
    observed("the note", "gone" if note is None else "still there")
    # The list is the witness that we may look there at all: every namespace has one from the start.
    assert others != []
    assert note is None
