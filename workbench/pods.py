"""Pods: one of the platform's that is ended without warning, and idle ones to look from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inventory import Probe
from probes import kubernetes
from probes.kubernetes import Api
from probes.outcomes import CannotObserve
from probes.vantage import Vantage
from probes.waiting import SILENT, NeverHappened, Patience, Progress, eventually
from probes.workload_images import image_of
from provisioning import vantages
from provisioning.target import Target
from workbench import objects
from workbench.namespaces import Scratch

READY = "pod_ready"
"""The patience of the inventory with which a pod is waited for."""
_DEFAULT = Patience(within=60.0)
_IDLE = "idle"


def kill(api: Api, namespace: str, pod: str) -> None:
    """End a pod at once, with no time to say goodbye; its owner starts another. Raises CannotObserve."""
    what, path = f"killing the pod {namespace}/{pod}", f"/api/v1/namespaces/{namespace}/pods/{pod}"
    options = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0}
    objects.send(api, "DELETE", path, what, options)


class IdlePods:
    """Pods of the pod network that do nothing, one on every node; they go with their namespace."""

    def __init__(
        self, target: Target, probe: Probe, api: Api, scratch: Scratch, progress: Progress = SILENT
    ) -> None:
        """Start them, of the image of the probe pods. Raises CannotObserve: the API does not take one."""
        self._target, self._api, self._scratch, self._progress = target, api, scratch, progress
        image = image_of(api, probe.namespace, probe.daemonset)
        for each in target.inventory.nodes:
            scratch.create(_idle(each.name, image))

    def on(self, node: str) -> Vantage:
        """Return the place in the pod on a node, once it is ready. Raises CannotObserve: it does not become so."""
        namespace, pod = self._scratch.namespace, f"{_IDLE}-{node}"

        def state() -> str:
            pods = kubernetes.pods(self._api, namespace)
            return next((str(each) for each in pods if each.name == pod and not each.ready), "")

        try:
            eventually(
                state,
                lambda unready: not unready,
                expected=f"the pod {pod} is ready",
                patience=self._target.inventory.patience.get(READY, _DEFAULT),
                progress=self._progress,
            )
        except NeverHappened as never:
            # Only the place to look from is missing; of what was to be seen from there nothing is known.
            raise CannotObserve("anything", f"a pod on the node of {pod}", str(never)) from never
        return replace(vantages.in_pod(self._target, namespace, pod), name=f"a pod on {node}")


def _idle(on: str, image: str) -> dict[str, Any]:
    """A pod that does nothing, on this node; the scheduler puts it there, as it does with everybody's."""
    container = {
        "name": _IDLE,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/bin/sh", "-c", "while true; do sleep 3600; done"],
        "resources": {"requests": {"cpu": "1m", "memory": "4Mi"}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{_IDLE}-{on}"},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "nodeSelector": {"kubernetes.io/hostname": on},
            "tolerations": [{"operator": "Exists"}],
            "containers": [container],
        },
    }
