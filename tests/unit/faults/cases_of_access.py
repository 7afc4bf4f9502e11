"""Secrets, in a well lab and as each known cause changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CACHE, WORLD = "https://registry.example.org/docker-hub-proxy", "https://registry-upstream.example"
IMAGES = "worker1 registry-upstream.example"

WELL: Mapping[str, Mapping[str, Any]] = {
    "vaults": {"instance-0": "unsealed", "instance-1": "unsealed", "instance-2": "unsealed"},
    "synced": {},
    "sealing": {"in the cluster": "4ac1", "of layer 00": "4ac1"},
    "clocks": {"worker0": "0", "worker1": "-1"},
    "images": {IMAGES: f"{CACHE} {WORLD}"},
}
WORKLOADS: Mapping[str, list[int]] = {
    "Deployment external-secrets-system/external-secrets": [1, 1],
    "Deployment kube-system/reloader": [1, 1],
    "Deployment kube-system/sealed-secrets-controller": [1, 1],
    "Deployment registry/registry": [1, 1],
    "StatefulSet vault/instance": [3, 3],
}


def _absent(workload: str) -> dict[str, dict[str, list[int]]]:
    return {"workloads": {workload: [0, 0]}}


CASES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "backup-overdue": (
        {},
        "the age of the last success of kube-system/etcd-snapshot: 26 h, which is too long ago",
    ),
    "backup-useless": ({}, "the newest snapshot: /snapshots/etcd-20261124T210000Z.db of 2026-11-24, 0 bytes"),
    "dependson-cycle": (
        {},
        "what is needed: 31 needs of 12: Secret a/b needs ExternalSecret a/b needs Secret a/b",
    ),
    "eso-generator-rotates": ({"synced": {"drawn gitea/drawn-anew": "0:00:05"}}, ""),
    "external-secrets-down": (_absent("Deployment external-secrets-system/external-secrets"), ""),
    "mirror-skipped": ({"images": {IMAGES: WORLD}}, ""),
    "mirror-without-fallback": ({"images": {IMAGES: f"{CACHE} {CACHE}/"}}, ""),
    "node-clock-off": ({"clocks": {"worker1": "600"}}, ""),
    "registry-down": (_absent("Deployment registry/registry"), ""),
    "rotation-restarter-down": (_absent("Deployment kube-system/reloader"), ""),
    "sealed-secrets-down": (_absent("Deployment kube-system/sealed-secrets-controller"), ""),
    "sealing-key-renewed": ({"sealing": {"in the cluster": "4ac1 77aa"}}, ""),
    "secret-change-unheard": (
        {},
        "who has a Secret from Vault: Deployment a/b with c, stays as it is when these change: c",
    ),
    "secret-in-git": (
        {},
        "44 values of Secrets in 900 objects: configmaps gitea/told: data.settings holds password of gitea/told",
    ),
    "secret-not-synced": ({"synced": {"secret gitea/of-nothing": "SecretSyncedError"}}, ""),
    "store-unauthenticated": (
        {"synced": {"store vault-backend": "InvalidProviderConfig", "secret a/b": "SecretSyncedError"}},
        "",
    ),
    "vault-sealed": (
        {"vaults": {"instance-2": "sealed"}, "synced": {"store vault-backend": "InvalidProviderConfig"}},
        "",
    ),
}
"""By cause: what it changes of the well platform, and what a scenario says of it."""
