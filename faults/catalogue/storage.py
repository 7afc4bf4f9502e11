"""Harm to volumes: who makes them, what becomes of them, who waits for them."""

from __future__ import annotations

from faults import symptoms
from faults.fault import Fault
from faults.kinds import kubernetes
from faults.kinds.together import Together

_CLAIMS = kubernetes.beside("storage", "v1 persistentvolumeclaims")


def _claim(name: str, **spec: object) -> kubernetes.ObjectAdded:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}, **spec}
    return kubernetes.ObjectAdded(
        _CLAIMS,
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": wanted},
    )


def _held(name: str) -> tuple[kubernetes.ObjectAdded, ...]:
    """Return a Deployment that rolls, and whose next pod waits for the volume that its last one holds: for ever."""
    # Where volumes are not attached, as in the lab, two pods of a node may share one; this one only one pod may have.
    modes = ["ReadWriteOncePod"]
    labels = {"app": name}
    volume = {
        "accessModes": modes,
        "capacity": {"storage": "1Mi"},
        "storageClassName": "",
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": f"/var/lib/{name}", "type": "DirectoryOrCreate"},
        "claimRef": {"namespace": "{services.storage.namespace}", "name": name},
    }
    container = {
        "name": "holder",
        "image": "{image}",
        "imagePullPolicy": "IfNotPresent",
        "command": ["sleep", "infinity"],
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    }
    pod = {
        "terminationGracePeriodSeconds": 0,
        "containers": [container],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": name}}],
    }
    deployment = {
        "replicas": 1,
        # Of one replica none may be missing: the old pod goes when the new one is there, which waits for it.
        "strategy": {"type": "RollingUpdate"},
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    return (
        kubernetes.ObjectAdded(
            "/api/v1/persistentvolumes",
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": volume},
        ),
        _claim(name, accessModes=modes, storageClassName="", volumeName=name),
        kubernetes.ObjectAdded(
            kubernetes.beside("storage", "apps/v1 deployments"),
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": deployment},
            then={"spec": {"template": {"metadata": {"annotations": {"clusterspec/rolled": "again"}}}}},
        ),
    )


SECOND_DEFAULT_CLASS = Fault(
    slug="second_default_class",
    kind=kubernetes.ObjectAdded(
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
            kubernetes.scaled_down("storage"),
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
    shows=symptoms.gone("storage"),
)
RWO_ROLLED = Fault(
    slug="rwo_rolled",
    kind=Together(_held("held")),
    says="a Deployment with a volume for one pod wants its next pod before it lets go of the last one",
    cause="rwo-rolling-deadlock",
    turns_red=("rwo-recreate",),
    may_turn=("bootstrap/second_run",),
    shows=symptoms.unscheduled("{services.storage.namespace}", "held"),
)
