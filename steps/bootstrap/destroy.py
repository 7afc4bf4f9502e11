"""Destroying leaves layer 00 and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from pytest_bdd import given, scenarios, then, when

from probes import kubernetes
from probes.certificates import Pair
from probes.kubernetes import Api
from probes.residue import Residue
from probes.secrets import Held
from probes.vantage import Vantage
from steps.vocabulary import sealed
from steps.vocabulary.seen import Seen
from steps.wiring import Provider, Target, Wait

scenarios("bootstrap/destroy.feature")

NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Before:
    """What tells the old cluster from a new one, and what must be the same in both.

    note: a ConfigMap that only the old one has. opened: the Secret of everything that is sealed, by its name.
    """

    identity: str
    note: str
    sealing_pair: Pair
    opened: Mapping[str, Held | None]

    def __str__(self) -> str:
        """Read as a line."""
        secrets = ", ".join(self.opened) or "nothing"
        return f"cluster {self.identity} with {self.note}; {self.sealing_pair}; sealed: {secrets}"


@pytest.fixture
def built_again(provider: Provider) -> Iterator[None]:
    """Whatever becomes of the scenario, the platform is there again for the next one."""
    yield
    if not provider.generation():
        provider.build()


@given("the owner keeps a note in the cluster", target_fixture="before")
def owner_keeps_a_note(
    target: Target, workstation: Vantage, api: Api, nonce: str, sealing_pair_before: Pair, seen: Seen
) -> Before:
    """The pair of layer 00 is looked at here, because later there is no cluster to go with it."""
    done = workstation.run(_create(target, f"note-{nonce}"))
    assert done.returncode == 0, done
    return seen(
        "the cluster", Before(target.identity, f"note-{nonce}", sealing_pair_before, sealed.opened(api))
    )


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


@then("it is another cluster, without the note")
def another_cluster(rebuilt: Api, before: Before, seen: Seen) -> None:
    identity, names = seen("the new cluster", (kubernetes.identity(rebuilt), _config_maps(rebuilt)))
    # Every namespace has a ConfigMap from the start: the witness that we may look there at all.
    assert names != []
    assert (identity == before.identity, before.note in names) == (False, False)


@then("what was sealed for the old one is open in it, with the same values")
def sealed_secrets_open(rebuilt: Api, before: Before, eventually: Wait) -> None:
    assert before.opened, "nothing was sealed in the old cluster"
    assert None not in before.opened.values(), before.opened
    eventually(
        lambda: sealed.opened(rebuilt),
        lambda now: now == before.opened,
        expected="every sealed secret is open, and has the values that it had in the old cluster",
        patience="sealed_secret",
    )


def _config_maps(api: Api) -> list[str]:
    found = api.list("the notes", f"/api/v1/namespaces/{NAMESPACE}/configmaps")
    return [one["metadata"]["name"] for one in found]
