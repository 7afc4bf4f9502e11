"""Harm to volumes: who makes them, what becomes of them, who waits for them."""

from __future__ import annotations

from faults.fault import Fault
from faults.kinds import kubernetes
from faults.kinds.deadlock import Rolled
from faults.kinds.together import Together
from faults.symptoms import Pods, Unscheduled

_CLAIMS = "/api/v1/namespaces/storage/persistentvolumeclaims"


def _claim(name: str, **spec: object) -> kubernetes.Created:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}, **spec}
    return kubernetes.Created(
        _CLAIMS,
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": wanted},
    )


SECOND_DEFAULT_CLASS = Fault(
    slug="second_default_class",
    kind=kubernetes.Created(
        "/apis/storage.k8s.io/v1/storageclasses",
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": "fast",
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "clusterspec/nobody",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "WaitForFirstConsumer",
        },
    ),
    says="a second storage class is the default, and throws away what is released",
    cause="second-default-class",
    turns_red=("storage-class-default",),
    # Which of two defaults a claim gets, its age decides.
    may_turn=(
        "volume-keeps-data",
        "volume-outlives-claim",
    ),
)
PROVISIONER_ABSENT = Fault(
    slug="provisioner_absent",
    kind=Together(
        (
            kubernetes.Patched(
                "/apis/apps/v1/namespaces/storage/deployments/local-path-provisioner",
                {"spec": {"replicas": 0}},
            ),
            _claim("waiting"),
        )
    ),
    says="nobody makes the volume that is claimed",
    cause="provisioner-down",
    turns_red=(
        "claims-bound-and-rwo",
        "volume-keeps-data",
        "volume-outlives-claim",
    ),
    may_turn=("bootstrap/second_run",),
    shows=Pods("Deployment", "storage", "local-path-provisioner", 0),
)
RWO_ROLLED = Fault(
    slug="rwo_rolled",
    kind=Rolled("storage", "held"),
    says="a Deployment with a volume for one pod wants its next pod before it lets go of the last one",
    cause="rwo-rolling-deadlock",
    turns_red=("rwo-recreate",),
    may_turn=("bootstrap/second_run",),
    shows=Unscheduled("storage", "held"),
)
