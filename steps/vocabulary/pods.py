"""Pods that the specification starts to see whether it can be done: each says its own name to whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pytest
from pytest_bdd import given, when

from inventory import Planned
from probes import kubernetes
from probes.greeting import Greeting
from probes.kubernetes import Api, Pod
from probes.workload_images import image_of
from steps.wiring import Scratch, Wait


@dataclass(frozen=True, slots=True)
class Greeters:
    """Running pods that say their own name. pods: by the name of their node. service: the one in front of them."""

    namespace: str
    service: str
    pods: Mapping[str, Pod]

    def greetings(self) -> frozenset[Greeting]:
        """Return what they say, all together."""
        return frozenset(self.greeting(node) for node in self.pods)

    def greeting(self, node: str) -> Greeting:
        """Return what the pod on this node says."""
        return Greeting(self.namespace, self.pods[node].name, node)


@pytest.fixture
def pod_image(api: Api, inventory: Planned) -> str:
    """An image with BusyBox in it, that every node has: the one of the probe pods."""
    return image_of(api, inventory.probe.namespace, inventory.probe.daemonset)


class StartGreeters:
    """Starts pods that say their own name, and waits for them."""

    def __init__(self, scratch: Scratch, api: Api, image: str, eventually: Wait) -> None:
        self._scratch, self._api, self._image, self._eventually = scratch, api, image, eventually

    def __call__(self, nodes: Collection[str], name: str = "greeter") -> Greeters:
        """Start one on each of these nodes, with a service in front of them that has their name."""
        self._scratch.apply("greeters.yaml", name=name, nodes=sorted(nodes), image=self._image, sysctls={})
        found = self._eventually(
            lambda: kubernetes.pods(self._api, self._scratch.namespace, f"app={name}"),
            lambda pods: {pod.node for pod in pods if pod.ready} == set(nodes),
            expected=f"a ready pod on {', '.join(sorted(nodes))}",
            patience="pod_ready",
        )
        return Greeters(self._scratch.namespace, name, {pod.node: pod for pod in found})


@pytest.fixture
def start_greeters(scratch: Scratch, api: Api, pod_image: str, eventually: Wait) -> StartGreeters:
    """Start pods that say their own name."""
    return StartGreeters(scratch, api, pod_image, eventually)


@given("a pod that says its own name runs on every node of the inventory", target_fixture="greeters")
@when("a pod that says its own name is started on every node of the inventory", target_fixture="greeters")
def greeters_everywhere(start_greeters: StartGreeters, inventory: Planned) -> Greeters:
    return start_greeters([node.name for node in inventory.nodes])
