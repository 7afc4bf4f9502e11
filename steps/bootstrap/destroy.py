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
from steps.vocabulary.seen import Seen
from steps.wiring import Provider, Target

scenarios("bootstrap/destroy.feature")

NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Before:
    """What tells the old cluster from a new one: its identity, and a ConfigMap that only it has."""

    identity: str
    note: str
    sealing_pair: SealingPair

    def __str__(self) -> str:
        """Read as a line."""
        return f"cluster {self.identity} with {self.note}; {self.sealing_pair}"


@pytest.fixture
def built_again(provider: Provider) -> Iterator[None]:
    """Whatever becomes of the scenario, the platform is there again for the next one."""
    yield
    if not provider.generation():
        provider.build()


@given("the owner keeps a note in the cluster", target_fixture="before")
def owner_keeps_a_note(
    target: Target, workstation: Vantage, nonce: str, sealing_pair_before: SealingPair, seen: Seen
) -> Before:
    """The pair of layer 00 is looked at here, because later there is no cluster to go with it."""
    done = workstation.run(_create(target, f"note-{nonce}"))
    assert done.returncode == 0, done
    return seen("the cluster", Before(target.identity, f"note-{nonce}", sealing_pair_before))


def _create(target: Target, note: str) -> tuple[str, ...]:
    """Return the command by which the owner makes a note."""
    kubectl = ("kubectl", f"--kubeconfig={target.kubeconfig}", f"--namespace={NAMESPACE}")
    return (*kubectl, "create", "configmap", note)


@when("the platform is destroyed")
def destroy(provider: Provider, built_again: None) -> None:  # noqa: ARG001 - see there
    provider.destroy()


@then("nothing of it is left on this machine but layer 00")
def nothing_is_left(residue: Callable[[], Residue], seen: Seen) -> None:
    found = seen("what is left", residue(), "this machine")
    assert found.nothing, found


@when("the platform is bootstrapped from nothing", target_fixture="rebuilt")
def bootstrap_from_nothing(provider: Provider) -> Api:
    """Return the API of the new cluster, which has other certificates than the old one."""
    new = provider.build()
    return Api(new.kubeconfig, new.vantages["workstation"])


@then("it is another cluster")
def another_cluster(rebuilt: Api, before: Before, seen: Seen) -> None:
    identity = seen("the new cluster", kubernetes.identity(rebuilt))
    assert identity != before.identity


@then("the note is gone")
def note_is_gone(rebuilt: Api, before: Before, seen: Seen) -> None:
    names = seen("what is there instead of the note", _config_maps(rebuilt))
    # Every namespace has one from the start: the witness that we may look there at all.
    assert names != []
    assert before.note not in names


def _config_maps(api: Api) -> list[str]:
    found = api.list("the notes", f"/api/v1/namespaces/{NAMESPACE}/configmaps")
    return [one["metadata"]["name"] for one in found]
