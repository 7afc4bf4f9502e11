"""Harm to what the platform gives itself: its cache of images, its backups, the order in which it comes up."""

from __future__ import annotations

from typing import Any

from faults import symptoms
from faults.fault import Fault
from faults.kinds import files, kubernetes
from faults.kinds.patches import EACH, Reworded
from faults.kinds.together import Together

_HOSTS = "/etc/containerd/certs.d/{mirrored registry}/hosts.toml"
_THROUGH = "new-image-through-cache"
_FALLBACK = "mirrors-have-fallback"
_SUSPENDED: dict[str, Any] = {"spec": {"suspend": True}}
_SNAPSHOTS = tuple(f"/apis/batch/v1/namespaces/{{{store} snapshots}}" for store in ("etcd", "vault"))
_NOTHING = Reworded(((r'mv "\$name\.new" "\$name"', 'rm "$name.new"; : >"$name"'),))
_EMPTY = {"containers": {EACH: {"command": _NOTHING, "args": _NOTHING}}}

REGISTRY_DOWN = Fault(
    slug="registry_down",
    kind=kubernetes.scaled_down("registry"),
    says="the cache of images has no pod",
    cause="registry-down",
    turns_red=(_THROUGH,),
    may_turn=(
        "websites-answer-visitor",
        "networking/vps_proxy_resilience",
        "bootstrap/second_run",
        # It breaks this itself.
        "platform/cache_down",
    ),
    shows=symptoms.gone("registry"),
)
REGISTRY_MIRROR_SKIPPED = Fault(
    slug="registry_mirror_skipped",
    kind=files.FileChanged(on="first worker", paths=(_HOSTS,), changes=((r"(?s)\[host\..*", ""),)),
    says="the first worker asks the registry of the world, and not the cache",
    cause="mirror-skipped",
    turns_red=(_THROUGH, _FALLBACK),
)
MIRROR_WITHOUT_UPSTREAM = Fault(
    slug="mirror_without_upstream",
    kind=files.FileChanged(
        on="second worker",
        paths=(_HOSTS,),
        changes=((r'(?ms)^server = "[^"]*"$(.*?\[host\."([^"]+)"\])', r'server = "\2"\1'),),
    ),
    says="the second worker asks the cache and, when that is not there, the cache",
    cause="mirror-without-fallback",
    turns_red=(_FALLBACK, "pulls-without-cache"),
)
BACKUPS_OVERDUE = Fault(
    slug="backups_overdue",
    # Not the time of their last success: the controller, which knows their last run, would put it right at once.
    kind=Together(tuple(kubernetes.ObjectChanged(job, _SUSPENDED) for job in _SNAPSHOTS)),
    says="the jobs that take snapshots are suspended",
    cause="backup-overdue",
    turns_red=("platform/backups",),
    may_turn=("bootstrap/second_run",),
)
SNAPSHOTS_EMPTY = Fault(
    slug="snapshots_empty",
    kind=Together(
        tuple(
            kubernetes.ObjectChanged(job, {"spec": {"jobTemplate": {"spec": {"template": {"spec": _EMPTY}}}}})
            for job in _SNAPSHOTS
        )
    ),
    says="what is called a snapshot is an empty file",
    cause="backup-useless",
    turns_red=("platform/restore_drill",),
    may_turn=("bootstrap/second_run",),
)
NEEDS_ITSELF = Fault(
    slug="needs_itself",
    kind=Together(
        (
            kubernetes.ObjectAdded(
                kubernetes.beside("external-secrets", "external-secrets.io/v1beta1 externalsecrets"),
                {
                    "apiVersion": "external-secrets.io/v1beta1",
                    "kind": "ExternalSecret",
                    "metadata": {"name": "in-a-circle"},
                    "spec": {
                        "refreshInterval": "1h",
                        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "{secret store}"},
                        "target": {"name": "in-a-circle"},
                        "data": [
                            {"secretKey": "key", "remoteRef": {"key": "sso/gitea", "property": "client_id"}}
                        ],
                    },
                },
            ),
            kubernetes.ObjectAdded(
                kubernetes.beside("external-secrets", "apps/v1 deployments"),
                kubernetes.unstarted(
                    "external-secrets-beside",
                    {"name": "beside", "envFrom": [{"secretRef": {"name": "in-a-circle"}}]},
                ),
            ),
        )
    ),
    says="the operator that fetches secrets is given one that it fetches itself",
    cause="dependson-cycle",
    turns_red=("dependencies-acyclic",),
    may_turn=("decisions/*",),
)
