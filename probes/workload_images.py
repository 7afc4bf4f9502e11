"""Which image a workload runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.jsonobjects import parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api


def image_of(api: Api, namespace: str, daemonset: str) -> str:
    """Return the image of a DaemonSet's first container.

    Raises:
        CannotObserve: there is no such DaemonSet, or the API does not say.

    """
    what = f"the image of DaemonSet {namespace}/{daemonset}"
    found = api.get(what, f"/apis/apps/v1/namespaces/{namespace}/daemonsets/{daemonset}") or {}
    containers = parts(found, "spec", "template", "spec", "containers")
    if not containers:
        raise CannotObserve(what, api.vantage.name, "it has no container")
    return str(containers[0]["image"])


def on_nodes(api: Api) -> frozenset[str]:
    """Return the names of the images that the nodes say they have; a kubelet names 50 unless told otherwise."""
    nodes = api.list("the images of the nodes", "/api/v1/nodes")
    return frozenset(
        name
        for node in nodes
        for image in parts(node, "status", "images")
        for name in image.get("names") or ()
    )
