"""A changed secret reaches the pods that use it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytest_bdd import given, scenarios, then, when

from probes import kubernetes
from probes.kubernetes import Api, Pod
from steps.wiring import InPod, Scratch, Wait

scenarios("planned/secret_rotation.feature")

NAME = "consumer"


@dataclass(frozen=True, slots=True)
class Consumers:
    """The pods of one deployment that uses one secret."""

    api: Api
    scratch: Scratch
    image: str

    def give(self, value: str) -> None:
        """Give the secret a value; the deployment stays as it is."""
        self.scratch.apply("reloaded.yaml", name=NAME, image=self.image, value=value)

    def ready(self) -> tuple[Pod, ...]:
        """Return those pods that are ready now."""
        found = kubernetes.pods(self.api, self.scratch.namespace, f"app={NAME}")
        return tuple(pod for pod in found if pod.ready and not pod.terminating)


@pytest.fixture
def consumers(api: Api, scratch: Scratch, pod_image: str) -> Consumers:
    """A deployment of the scenario's own, and the secret that it uses."""
    return Consumers(api, scratch, pod_image)


@given("a deployment that wants to be restarted when its secret changes")
def deployment_with_secret(consumers: Consumers, eventually: Wait) -> None:
    consumers.give("old")
    eventually(
        consumers.ready,
        lambda pods: len(pods) == 1,
        expected="a pod that uses the secret is ready",
        patience="pod_ready",
    )


@when("the secret is changed", target_fixture="old_pods")
def change_secret(consumers: Consumers) -> tuple[Pod, ...]:
    """Return the pods that have the old one."""
    old = consumers.ready()
    consumers.give("new")
    return old


@then("the deployment's pods are replaced and see the new secret")
def pods_are_replaced(
    eventually: Wait, consumers: Consumers, old_pods: tuple[Pod, ...], in_pod: InPod
) -> None:
    new = eventually(
        consumers.ready,
        lambda pods: bool(pods) and not {pod.name for pod in pods} & {pod.name for pod in old_pods},
        expected="other pods than those that have the old secret are ready",
        patience="reload",
    )
    said = {
        pod.name: in_pod(pod.namespace, pod.name).run(["printenv", "VALUE"]).stdout.strip() for pod in new
    }
    assert said == dict.fromkeys(said, "new")
