"""What an application writes outlives its pod, and even its claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_bdd import given, scenarios, then, when

from inventory import Planned
from probes import kubernetes, storage
from probes.kubernetes import Api
from probes.storage import Claim, Holder, Volume
from steps.vocabulary.certificates import NOT_OURS
from steps.vocabulary.seen import Seen
from steps.vocabulary.services import NamespacesOf
from steps.wiring import InPod, Scratch, Wait

scenarios("storage/volumes.feature")

CLAIM, FIRST, SECOND = "kept", "keeper", "next-keeper"
FILE = "/kept/note"
ONE_NODE = {"ReadWriteOnce", "ReadWriteOncePod"}
"""Access modes of volumes that one node at a time may mount."""
WITNESSES = ("gitea", "matrix")
"""Services that keep what they have on such a volume, in a Deployment."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """The scenario's own claim with its volume, and the pods that have it."""

    scratch: Scratch
    api: Api
    image: str
    eventually: Wait

    def claim(self) -> Claim | None:
        """Return the claim as it is now."""
        return next(iter(storage.claims(self.api, self.scratch.namespace)), None)

    def let_go(self) -> bool:
        """Have the volume go with its claim, whatever its class says."""
        for volume in storage.volumes(self.api):
            if volume.claim == f"{self.scratch.namespace}/{CLAIM}":
                self.scratch.apply("volume_to_delete.yaml", name=volume.name)
        return True

    def pod(self, name: str) -> None:
        """Start a pod that has the volume, and wait until it is ready."""
        self.scratch.apply("keeper.yaml", name=name, claim=CLAIM, image=self.image)
        self.eventually(
            lambda: kubernetes.pods(self.api, self.scratch.namespace, f"app={name}"),
            lambda pods: any(pod.ready for pod in pods),
            expected=f"the pod {name} has its volume and is ready",
            patience="volume_mounted",
        )


@pytest.fixture
def keeping(
    scratch: Scratch, api: Api, pod_image: str, eventually: Wait, inventory: Planned
) -> Iterator[Keeping]:
    """A claim of the scenario's own; its volume, which the class would keep for ever, goes with it."""
    scratch.apply("kept_volume.yaml", name=CLAIM, class_name=inventory.storage.class_name)
    made = Keeping(scratch, api, pod_image, eventually)
    yield made
    eventually(made.let_go, bool, expected="our volume is let go with its claim", patience="volume_mounted")


@then("the only default storage class is the inventory's", target_fixture="default")
def default_class_is_planned(api: Api, inventory: Planned, seen: Seen) -> storage.StorageClass:
    found = [one for one in seen("the storage classes", storage.classes(api)) if one.default]
    assert [one.name for one in found] == [inventory.storage.class_name]
    return found[0]


@then("its volumes are retained when they are released")
def volumes_are_retained(api: Api, default: storage.StorageClass, seen: Seen) -> None:
    made = seen(
        "the volumes", [one for one in storage.volumes(api, NOT_OURS) if one.class_name == default.name]
    )
    assert default.reclaim_policy == "Retain", str(default)
    assert [str(one) for one in made if one.reclaim_policy != "Retain"] == []


@then("every claim of the cluster is bound to a volume")
def claims_are_bound(api: Api, seen: Seen) -> None:
    found = seen("the claims", storage.claims(api, selector=NOT_OURS))
    assert found, "nobody claims a volume"
    assert [str(one) for one in found if one.phase != "Bound"] == []


@then("every volume of the cluster is for one node at a time")
def volumes_are_for_one_node(api: Api, seen: Seen) -> None:
    found = seen("the volumes", storage.volumes(api))
    assert found, "there is no volume"
    assert [str(one) for one in found if not set(one.access_modes) <= ONE_NODE] == []


@given(
    "the Deployments of one replica that have a volume for one node, the applications of the inventory among them",
    target_fixture="holders",
)
def single_holders(api: Api, namespaces_of: NamespacesOf, seen: Seen) -> tuple[Holder, ...]:
    found = seen("who has such a volume", _single_holders(api))
    # Without any the check would prove nothing.
    assert set(namespaces_of(*WITNESSES).values()) <= _places(found)
    return found


def _places(holders: tuple[Holder, ...]) -> set[str]:
    return {one.namespace for one in holders}


def _single_holders(api: Api) -> tuple[Holder, ...]:
    claims = {(one.namespace, one.name) for one in storage.claims(api) if set(one.access_modes) <= ONE_NODE}
    return tuple(one for one in storage.holders(api) if one.replicas == 1 and _holds(one, claims))


def _holds(one: Holder, claims: set[tuple[str, str]]) -> bool:
    return any((one.namespace, claim) in claims for claim in one.claims)


@then('each of them has the strategy "Recreate"')
def single_holders_are_recreated(holders: tuple[Holder, ...]) -> None:
    assert [str(one) for one in holders if one.strategy != "Recreate"] == []


@given("a claim of the scenario's own, with a pod that has its volume")
def claim_with_a_pod(keeping: Keeping) -> None:
    keeping.pod(FIRST)


@when("that pod writes a note on it")
def write_note(in_pod: InPod, scratch: Scratch) -> None:
    done = in_pod(scratch.namespace, FIRST).run(["sh", "-c", f"echo {scratch.namespace} > {FILE}"])
    assert done.returncode == 0, done


@when("the pod is replaced by another one")
def replace_pod(scratch: Scratch, keeping: Keeping) -> None:
    scratch.delete("Pod", FIRST)
    keeping.pod(SECOND)


@then("the new pod reads that very note")
def read_note(in_pod: InPod, scratch: Scratch, seen: Seen) -> None:
    done = seen("the note", in_pod(scratch.namespace, SECOND).run(["cat", FILE]), "a pod with the volume")
    assert done.stdout.strip() == scratch.namespace, done


@when("the pod and the claim are deleted", target_fixture="volume")
def delete_claim(scratch: Scratch, keeping: Keeping) -> str:
    """Return the name of the volume."""
    claim = keeping.claim()
    for kind, name in (("Pod", FIRST), ("PersistentVolumeClaim", CLAIM)):
        scratch.delete(kind, name)
    return claim.volume if claim else ""


@then("the volume is still there, released and retained")
def volume_is_still_there(eventually: Wait, api: Api, volume: str) -> None:
    eventually(
        lambda: storage.volume(api, volume),
        lambda found: (
            isinstance(found, Volume) and (found.phase, found.reclaim_policy) == ("Released", "Retain")
        ),
        expected=f"the volume {volume} is released, and retained",
        patience="volume_mounted",
    )
