"""Harm to volumes: who makes them, what becomes of them, who waits for them."""

from __future__ import annotations

from typing import Any

from faults.fault import Fault
from faults.kinds import kubernetes
from faults.kinds.together import Together
from faults.symptoms import Pods

_CLAIMS = "/api/v1/namespaces/storage/persistentvolumeclaims"
_NEVER: dict[str, Any] = {
    "metadata": {"labels": {"app": "held"}},
    "spec": {
        # No node has this label: nothing runs, and the Deployment is as it is declared.
        "nodeSelector": {"clusterspec/nowhere": "true"},
        "containers": [{"name": "held", "image": "busybox", "command": ["sleep", "infinity"]}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "held"}}],
    },
}


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
    turns_red=(
        "storage/volumes: The inventory's storage class is the only default, and it keeps what is released",
    ),
    # Which of two defaults a claim gets, its age decides.
    may_turn=(
        "storage/volumes: What one pod writes the next one reads",
        "storage/volumes: A volume outlives *",
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
        "storage/volumes: Every claim is bound, and no volume is shared between nodes",
        "storage/volumes: What one pod writes the next one reads",
        "storage/volumes: A volume outlives its claim",
    ),
    may_turn=("bootstrap/second_run: *",),
    shows=Pods("Deployment", "storage", "local-path-provisioner", 0),
)
RWO_ROLLED = Fault(
    slug="rwo_rolled",
    kind=Together(
        (
            kubernetes.Created(
                "/api/v1/persistentvolumes",
                {
                    "apiVersion": "v1",
                    "kind": "PersistentVolume",
                    "metadata": {"name": "held"},
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "capacity": {"storage": "1Mi"},
                        "storageClassName": "",
                        "persistentVolumeReclaimPolicy": "Retain",
                        "hostPath": {"path": "/var/lib/held"},
                        "claimRef": {"namespace": "storage", "name": "held"},
                    },
                },
            ),
            _claim("held", storageClassName="", volumeName="held"),
            kubernetes.Created(
                "/apis/apps/v1/namespaces/storage/deployments",
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "metadata": {"name": "held"},
                    "spec": {
                        "replicas": 1,
                        "strategy": {"type": "RollingUpdate"},
                        "selector": {"matchLabels": {"app": "held"}},
                        "template": _NEVER,
                    },
                },
            ),
        )
    ),
    says="a Deployment with a volume for one node wants its next pod before it lets go of the last one",
    cause="rwo-rolling-deadlock",
    turns_red=(
        "storage/volumes: Whoever has such a volume and one replica lets go of it before the next pod takes it",
    ),
)
