"""Images that nobody has pulled yet, the cache that they should come through, and pods that ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from inventory import Acme, Planned
from probes import kubernetes, mirrors, registry, workload_images
from probes.kubernetes import Api, Event, Pod
from probes.mirrors import Mirror
from probes.outcomes import CannotObserve, NetworkFailure
from probes.vantage import Vantage
from steps.vocabulary import places
from steps.wiring import At, Scratch, Wait

PULLER = "puller"
PULLED, THERE_ALREADY = "Pulled", "already present on machine"
"""How a kubelet says that it has an image for a pod, and that it had it before."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image by its whole name, as "REGISTRY/NAME:TAG"."""

    reference: str

    @property
    def registry(self) -> str:
        """Whose it is."""
        return self.reference.partition("/")[0]

    @property
    def name(self) -> str:
        """What that registry calls it, without the tag."""
        return self.reference.partition("/")[2].partition(":")[0]

    def __str__(self) -> str:
        """Read as the whole name."""
        return self.reference


@dataclass(frozen=True, slots=True)
class Cache:
    """The platform's own registry, as the nodes know it. roots: whom its askers trust."""

    workstation: Vantage
    known: tuple[Mirror, ...]
    roots: Path | None

    def kept(self, of: str) -> frozenset[str] | NetworkFailure:
        """Return the names of the images that it has of another registry."""
        endpoints = [mirror.endpoints[0] for mirror in self.known if mirror.registry == of]
        if not endpoints:
            raise CannotObserve("what the cache has", self.workstation.name, f"no node has a mirror for {of}")
        return registry.kept(self.workstation, endpoints[0], self.roots)

    def first_without(self, images: list[Image]) -> Image:
        """Return the first of these that it does not have. Raises CannotObserve if it has all, or does not tell."""
        for image in images:
            kept = self.kept(image.registry)
            if isinstance(kept, NetworkFailure):
                raise CannotObserve("what the cache has", self.workstation.name, str(kept))
            if image.name not in kept:
                return image
        raise CannotObserve(
            "a pull", self.workstation.name, "every image of [registry] unseen has been pulled"
        )


@pytest.fixture
def cache(workstation: Vantage, inventory: Planned, at_node: At, acme: Acme) -> Cache:
    """The platform's own registry, where the first worker looks for it."""
    known = mirrors.mirrors(at_node(inventory.workers[0].name))
    return Cache(workstation, known, acme.chosen.roots)


@given("an image that neither the cache nor a node has", target_fixture="image")
def unseen_image(cache: Cache, inventory: Planned, api: Api, eventually: Wait) -> Image:
    """Return the first of the inventory's that is so; that one was never seen is known of no other."""
    there = workload_images.on_nodes(api)
    unseen = [one for one in map(Image, inventory.registry.unseen) if one.reference not in there]
    # The cache is asked through the ingress, whose VIP may be moving still when every pod is there again.
    return eventually(
        lambda: cache.first_without(unseen),
        lambda image: image in unseen,
        expected="an image that nobody has",
        patience="service_answers",
    )


@when(parsers.re("a pod on (?P<where>the .+) asks for it"))
def pod_asks_for(scratch: Scratch, inventory: Planned, image: Image, where: str) -> None:
    node = places.node(inventory, where).name
    scratch.apply("puller.yaml", name=PULLER, node=node, image=image.reference)


@then("the pod runs, and its node has pulled the image")
def pod_has_pulled(eventually: Wait, api: Api, scratch: Scratch, image: Image) -> None:
    eventually(
        lambda: kubernetes.pods(api, scratch.namespace, f"app={PULLER}"),
        lambda pods: any(pod.ready for pod in pods),
        expected=f"a pod runs {image}",
        patience="image_pulled",
        hopeless=_refused,
    )
    # It says so beside its work: its words may come later than the pod is ready.
    eventually(
        lambda: _pulls(kubernetes.events(api, scratch.namespace)),
        lambda told: any(THERE_ALREADY not in each for each in told),
        expected=f"the kubelet says that it has pulled {image}",
        patience="service_answers",
    )


def _refused(pods: tuple[Pod, ...]) -> str | None:
    """Say why no pull will ever succeed, if so."""
    return next((str(pod) for pod in pods if "InvalidImageName" in pod.reason), None)


def _pulls(events: tuple[Event, ...]) -> tuple[str, ...]:
    """Return the kubelet's words about images that it has for pods now."""
    return tuple(each.message for each in events if each.reason == PULLED)
