"""A changed secret reaches the pods that use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from pytest_bdd import given, scenarios, then, when

from probes import external_secrets, kubernetes, secrets
from probes.digests import digest
from probes.kubernetes import Api, Pod
from probes.outcomes import NetworkFailure
from probes.secrets import Consumer
from steps.vocabulary.certificates import NOT_OURS
from steps.vocabulary.seen import Seen
from steps.vocabulary.stores import FromVault
from steps.vocabulary.vault import ScratchKv
from steps.wiring import InPod, Scratch, Wait

scenarios("secrets/rotation.feature")

NAME, BYSTANDER, KEY = "consumer", "bystander", "value"
OLD, NEW = "old", "new"


@dataclass(frozen=True, slots=True)
class Consumers:
    """Deployments that each use the secret of their name, and want to be restarted when it changes."""

    api: Api
    scratch: Scratch
    image: str

    def give(self, value: str, name: str = NAME) -> None:
        """Give the cluster's Secret a value; the deployment stays as it is."""
        self.scratch.apply("secret.yaml", name=name, value=value)

    def start(self, name: str = NAME) -> None:
        """Start the deployment."""
        self.scratch.apply("reloaded.yaml", name=name, image=self.image)

    def ready(self, name: str = NAME) -> tuple[Pod, ...]:
        """Return those of its pods that are ready now."""
        found = kubernetes.pods(self.api, self.scratch.namespace, f"app={name}")
        return tuple(pod for pod in found if pod.ready and not pod.terminating)


class Started:
    """Waits until a deployment's pod is there."""

    def __init__(self, consumers: Consumers, eventually: Wait) -> None:
        self._consumers, self._eventually = consumers, eventually

    def __call__(self, name: str) -> tuple[Pod, ...]:
        """Start the deployment, and return its only pod."""
        self._consumers.start(name)
        return self._eventually(
            lambda: self._consumers.ready(name),
            lambda pods: len(pods) == 1,
            expected=f"a pod of {name}, which uses the secret, is ready",
            patience="pod_ready",
        )


@pytest.fixture
def consumers(api: Api, scratch: Scratch, pod_image: str) -> Consumers:
    """Deployments of the scenario's own, and the secrets that they use."""
    return Consumers(api, scratch, pod_image)


@pytest.fixture
def start(consumers: Consumers, eventually: Wait) -> Started:
    """Start such a deployment."""
    return Started(consumers, eventually)


@given("a deployment that wants to be restarted when its secret changes", target_fixture="old_pods")
def deployment_with_secret(consumers: Consumers, start: Started) -> tuple[Pod, ...]:
    consumers.give(OLD)
    return start(NAME)


@given("another such deployment, with a secret of its own", target_fixture="bystanders")
def bystander(consumers: Consumers, start: Started) -> tuple[Pod, ...]:
    consumers.give(OLD, BYSTANDER)
    return start(BYSTANDER)


@given(
    "a deployment that wants to be restarted when its secret changes, which comes from Vault",
    target_fixture="old_pods",
)
def deployment_with_secret_from_vault(
    scratch_kv: ScratchKv, from_vault: FromVault, start: Started
) -> tuple[Pod, ...]:
    _changed(scratch_kv, OLD)
    from_vault.ask_for(NAME)
    return start(NAME)


@when("the secret is changed")
def change_secret(consumers: Consumers) -> None:
    consumers.give(NEW)


@when("the value is changed in Vault")
def change_in_vault(scratch_kv: ScratchKv) -> None:
    _changed(scratch_kv, NEW)


def _changed(own: ScratchKv, value: str) -> None:
    taken = own.write(NAME, **{KEY: value})
    assert not isinstance(taken, NetworkFailure), taken


@then("the cluster's Secret has the new value")
def secret_follows(api: Api, scratch: Scratch, eventually: Wait) -> None:
    eventually(
        lambda: secrets.held(api, scratch.namespace, NAME),
        lambda found: found is not None and found.digests == {KEY: digest(NEW)},
        expected="the Secret has the new value",
        patience="secret_synced",
    )


@then("the deployment's pods are replaced and see the new secret")
def pods_are_replaced(
    eventually: Wait, consumers: Consumers, old_pods: tuple[Pod, ...], in_pod: InPod
) -> None:
    # Asked in one look who is ready and what each has: between two looks a pod may be replaced once more.
    eventually(
        lambda: _values(consumers.ready(), in_pod),
        lambda said: set(said.values()) == {NEW} and not said.keys() & _names(old_pods),
        expected="other pods than those that have the old secret are ready, and each has the new one",
        patience="reload",
    )


def _values(pods: tuple[Pod, ...], in_pod: InPod) -> Mapping[str, str]:
    """Return the value that each pod has in its environment."""
    return {
        pod.name: in_pod(pod.namespace, pod.name).run(["sh", "-c", 'echo "$VALUE"']).stdout.strip()
        for pod in pods
    }


def _names(pods: tuple[Pod, ...]) -> set[str]:
    return {pod.name for pod in pods}


@then("every workload with a Secret from Vault asks to be restarted when that changes")
def everybody_asks(api: Api, seen: Seen) -> None:
    found = seen("who has a Secret from Vault", _with_a_secret_from_vault(api))
    assert found, "no workload has a Secret from Vault"
    assert [str(one) for one in found if one.unasked] == []


def _with_a_secret_from_vault(api: Api) -> tuple[Consumer, ...]:
    """Return the workloads, each with those of its Secrets that come from Vault."""
    stores = {f"{one.kind}/{one.name}" for one in external_secrets.stores(api) if one.provider == "vault"}
    brought = {
        (one.namespace, one.target)
        for one in external_secrets.external_secrets(api, selector=NOT_OURS)
        if one.store in stores
    }
    return tuple(one for each in secrets.consumers(api) if (one := each.only(brought)).secrets)


@then("the other deployment's pods are the same as before")
def bystanders_are_left_alone(consumers: Consumers, bystanders: tuple[Pod, ...], holds: Wait) -> None:
    holds(
        lambda: _names(consumers.ready(BYSTANDER)),
        lambda names: names == _names(bystanders),
        expected="the other deployment's pods are those that it had",
        patience="stays_ready",
    )
