"""Pods on several nodes share a volume."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import given, scenarios, then, when

from inventory import Planned
from probes import kubernetes, storage
from probes.kubernetes import Api, Pod
from probes.storage import StorageClass
from steps.vocabulary import places
from steps.vocabulary.seen import Seen
from steps.wiring import InPod, Scratch, Wait

scenarios("planned/shared_volumes.feature")

NAME = "shared"
FILE = f"/{NAME}/note"


@given("a storage class of NFS", target_fixture="storage_class")
def storage_class_of_nfs(api: Api, seen: Seen) -> StorageClass:
    found = seen("the storage classes", storage.classes(api))
    assert any("nfs" in one.provisioner for one in found), "no storage class of the cluster is of NFS"
    return next(one for one in found if "nfs" in one.provisioner)


@when("a volume of that class is mounted by a pod on every worker", target_fixture="sharers")
def volume_is_mounted(
    scratch: Scratch,
    api: Api,
    inventory: Planned,
    eventually: Wait,
    pod_image: str,
    storage_class: StorageClass,
) -> Mapping[str, Pod]:
    nodes = [node.name for node in inventory.workers]
    scratch.apply(
        "shared_volume.yaml", name=NAME, nodes=nodes, image=pod_image, storage_class=storage_class.name
    )
    return eventually(
        lambda: {pod.node: pod for pod in kubernetes.pods(api, scratch.namespace, f"app={NAME}")},
        lambda pods: [name for name in nodes if name in pods and pods[name].ready] == nodes,
        expected=f"a pod with the volume is ready on {', '.join(nodes)}",
        patience="pod_ready",
    )


@when("the pod on the first worker writes a note on it")
def write_note(in_pod: InPod, inventory: Planned, sharers: Mapping[str, Pod]) -> None:
    pod = sharers[places.worker(inventory, "first").name]
    done = in_pod(pod.namespace, pod.name).run(["sh", "-c", f"echo {pod.namespace} > {FILE}"])
    assert done.returncode == 0, done


@then("the pod on the second worker reads that very note")
def read_note(in_pod: InPod, inventory: Planned, sharers: Mapping[str, Pod], seen: Seen) -> None:
    pod = sharers[places.worker(inventory, "second").name]
    done = seen("the note", in_pod(pod.namespace, pod.name).run(["cat", FILE]), "a pod on the second worker")
    assert done.stdout.strip() == pod.namespace, done
