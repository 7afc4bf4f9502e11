"""Secrets, for the look at the platform (`faults.platform`).

Each function returns words only, and never a secret; what cannot be seen raises, and is told by the look as unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from faults import reach
from probes import external_secrets, kubernetes, mirrors, sealed_secrets
from provisioning import vantages
from provisioning.target import Target

Words = Mapping[str, str]
T = TypeVar("T")
_YEAR = timedelta(hours=8760)
_SCRATCH = "clusterspec-"
"""How the namespaces begin that scenarios make for themselves: what they break in them says nothing of the platform."""
SEALED, UNSEALED = "sealed", "unsealed"


def vaults(target: Target) -> Words:
    """What each server of Vault says of itself: "unsealed", "sealed", or what came instead."""
    namespace = target.inventory.services["vault"].namespace
    pods = [
        pod.name
        for pod in kubernetes.pods(reach.api(target), namespace)
        if pod.name.startswith("instance-") and pod.phase == "Running"
    ]

    def ask(pod: str) -> str:
        return _vault(target, namespace, pod)

    return _all(ask, pods)


def _vault(target: Target, namespace: str, pod: str) -> str:
    inside = vantages.in_pod(target, namespace, pod, container="vault")
    # Sealed is an exit status of its own.
    ask = "(bao status -format=json || vault status -format=json) 2>&1; true"
    said = inside.run(["/bin/sh", "-c", ask]).stdout
    try:
        sealed = json.JSONDecoder().raw_decode(said[said.index("{") :])[0]["sealed"]
    except (ValueError, LookupError):
        return said.strip()[:200] or "nothing"
    return SEALED if sealed else UNSEALED


def synced(target: Target) -> Words:
    """What is not in order of stores, ExternalSecrets and SealedSecrets: nothing, or why, by its kind and name.

    "drawn": what makes a value up, and does so again within a year.
    """
    api = reach.api(target)
    asked = [one for one in external_secrets.external_secrets(api) if _ours(one.namespace)]
    sealed = [one for one in sealed_secrets.sealed_secrets(api) if _ours(one.namespace)]
    return {
        **{f"store {one.name}": one.reason for one in external_secrets.stores(api) if not one.ready},
        **{f"secret {one.namespace}/{one.name}": one.reason for one in asked if not one.ready},
        **{
            f"drawn {one.namespace}/{one.name}": str(one.refresh)
            for one in asked
            if one.generators and one.refresh is not None and one.refresh < _YEAR
        },
        **{f"sealed {one.namespace}/{one.name}": one.reason for one in sealed if not one.opened},
    }


def _ours(namespace: str) -> bool:
    return not namespace.startswith(_SCRATCH)


def images(target: Target) -> Words:
    """Whom each node asks for the images of a registry, the first one first: "HOST HOST", by "NODE REGISTRY"."""
    probe = target.inventory.probe
    if probe is None or target.inventory.registry is None:
        raise LookupError("the inventory has no [probe] or no [registry]")
    pods = vantages.probe_pods(reach.api(target), probe)

    def ask(node: str) -> Words:
        found = mirrors.mirrors(vantages.on_node(target, node, pods[node]))
        return {f"{node} {each.registry}": " ".join(each.endpoints) for each in found}

    return {name: words for each in _all(ask, pods).values() for name, words in each.items()}


def sealing(target: Target) -> Words:
    """Which certificates the cluster opens with, by serial number, and which is layer 00's, where it can be read."""
    api = reach.api(target)
    keys = sealed_secrets.keys(api, target.inventory.services["sealed-secrets"].namespace)
    found = {"in the cluster": " ".join(sorted(key.certificate.serial for key in keys))}
    if (lab := reach.lab_of(target)) is not None:
        kept = sealed_secrets.certificates.read((lab.persistent / "sealing.crt").read_bytes(), "layer 00")
        found["of layer 00"] = kept.serial
    return found


def _all(ask: Callable[[str], T], names: Iterable[str]) -> dict[str, T]:
    """Ask of all at the same time."""
    each = list(names)
    with ThreadPoolExecutor(max_workers=max(len(each), 1)) as pool:
        return dict(zip(each, pool.map(ask, each), strict=True))
