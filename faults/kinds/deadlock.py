"""A Deployment that rolls, and whose next pod waits for what the last one holds: for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from faults import reach
from faults.fault import Memo
from faults.kinds.kubernetes import get, send, settled, with_image
from probes.waiting import Patience, eventually
from provisioning.target import Target

_CONFLICT, _NOT_FOUND = 409, 404
_RUNS = Patience(within=90.0, every=0.5)
_MODES = ["ReadWriteOncePod"]
"""Where volumes are not attached, as in the lab, two pods of a node may share one; this one only one pod may have."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """A Deployment with a volume for one pod was rolled out, and again, by RollingUpdate. name: of all that is made."""

    namespace: str
    name: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return f"{self._paths[0]} exists already" if get(target, self._paths[0]) is not None else None

    def before(self, target: Target) -> Memo:  # noqa: ARG002 - every kind is given it
        """See `Kind.before`."""
        return {"paths": list(self._paths)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        for path, wanted in zip(
            reversed(memo["paths"]), (self._volume, self._claim, self._deployment), strict=True
        ):
            send(target, "POST", path.rpartition("/")[0], with_image(target, wanted), fine=(_CONFLICT,))
        eventually(
            lambda: settled(get(target, memo["paths"][0]) or {"metadata": {}, "spec": {"template": {}}}),
            bool,
            expected="the first pod holds the volume",
            patience=_RUNS,
        )
        again = {"spec": {"template": {"metadata": {"annotations": {"clusterspec/rolled": "again"}}}}}
        send(target, "PATCH", memo["paths"][0], again)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for path in memo["paths"]:
            send(target, "DELETE", path, None, fine=(_NOT_FOUND,))

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        pods = reach.api(target).list(
            "pods", f"/api/v1/namespaces/{self.namespace}/pods", labelSelector=f"app={self.name}"
        )
        return not pods and all(get(target, path) is None for path in memo["paths"])

    @property
    def _paths(self) -> tuple[str, ...]:
        return (
            f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{self.name}",
            f"/api/v1/namespaces/{self.namespace}/persistentvolumeclaims/{self.name}",
            f"/api/v1/persistentvolumes/{self.name}",
        )

    @property
    def _volume(self) -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": self.name},
            "spec": {
                "accessModes": _MODES,
                "capacity": {"storage": "1Mi"},
                "storageClassName": "",
                "persistentVolumeReclaimPolicy": "Retain",
                "hostPath": {"path": f"/var/lib/{self.name}", "type": "DirectoryOrCreate"},
                "claimRef": {"namespace": self.namespace, "name": self.name},
            },
        }

    @property
    def _claim(self) -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": self.name},
            "spec": {
                "accessModes": _MODES,
                "storageClassName": "",
                "volumeName": self.name,
                "resources": {"requests": {"storage": "1Mi"}},
            },
        }

    @property
    def _deployment(self) -> dict[str, Any]:
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": self.name},
            "spec": {
                "replicas": 1,
                # Of one replica none may be missing: the old pod goes when the new one is there, which waits for it.
                "strategy": {"type": "RollingUpdate"},
                "selector": {"matchLabels": {"app": self.name}},
                "template": {
                    "metadata": {"labels": {"app": self.name}},
                    "spec": {
                        "terminationGracePeriodSeconds": 0,
                        "containers": [
                            {
                                "name": "holder",
                                "image": "{image}",
                                "imagePullPolicy": "IfNotPresent",
                                "command": ["sleep", "infinity"],
                                "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                            }
                        ],
                        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": self.name}}],
                    },
                },
            },
        }
