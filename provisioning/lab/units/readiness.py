"""What cert-manager says of its own objects: ready, or why not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, part, parts

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

_GROUP = "/apis/cert-manager.io/v1"


def issuers(lab: Lab, *names: str) -> tuple[str, ...]:
    """Return a phrase for each of these ClusterIssuers that is not ready."""
    return _not_ready(lab, "ClusterIssuers", f"{_GROUP}/clusterissuers", names)


def certificates(lab: Lab, namespace: str, *names: str) -> tuple[str, ...]:
    """Return a phrase for each of these Certificates that is not ready."""
    return _not_ready(lab, "Certificates", f"{_GROUP}/namespaces/{namespace}/certificates", names)


def _not_ready(lab: Lab, what: str, path: str, names: tuple[str, ...]) -> tuple[str, ...]:
    known = {part(item, "metadata").get("name"): item for item in lab.api().list(what, path)}
    return tuple(f"{name}: {why}" for name in names if (why := _why_not(known.get(name))))


def _why_not(item: JsonObject | None) -> str:
    if item is None:
        return "does not exist"
    generation = part(item, "metadata").get("generation")
    for condition in parts(item, "status", "conditions"):
        # What was true of an earlier specification says nothing of this one.
        if condition.get("type") == "Ready" and condition.get("observedGeneration") == generation:
            ready = condition.get("status") == "True"
            return "" if ready else f"{condition.get('reason')}: {condition.get('message')}"
    return "not looked at yet"
