"""Secrets, the platform's services and what needs what: a healthy cluster, and what each fault changes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from diagnosis.chapters import bootstrap, platform, secrets
from diagnosis.look import Unseen
from probes.backups import Revision, Runs, Snapshot
from probes.certificates import Certificate, Pair
from probes.dependencies import Needs
from probes.external_secrets import ExternalSecret, Store
from probes.kubeobjects import Pod, Workload
from probes.literals import Literal, Looked
from probes.mirrors import Mirror
from probes.seal import SealStatus
from probes.sealed_secrets import Key, SealedSecret
from probes.secrets import Consumer

NOW = datetime(2026, 11, 30, 22, 44, tzinfo=UTC)


def _deployment(namespace: str, name: str, ready: int = 1) -> Workload:
    return Workload("Deployment", namespace, name, ready, ready, ready)


def _certificate(key: str, serial: str, days: int = 3000) -> Certificate:
    begins = NOW - timedelta(days=90)
    return Certificate(
        "CN=sealing", "RSA 4096", f"f{serial}", key, begins, NOW + timedelta(days=days), serial=serial
    )


UNSEALED, SEALED = SealStatus(sealed=False), SealStatus(sealed=True)
STORE = Store("ClusterSecretStore", "", "vault-backend", "vault", ready=True, mount="kv")
REFUSED = replace(STORE, ready=False, reason="InvalidProviderConfig")
ASKED = ExternalSecret(
    "gitea",
    "oauth",
    "oauth",
    ready=True,
    store="ClusterSecretStore/vault-backend",
    refresh=timedelta(hours=1),
)
MISSED = replace(ASKED, ready=False, reason="SecretSyncedError")
DRAWN = ExternalSecret("gitea", "drawn", "drawn", ready=True, generators=("Password/gitea-admin-password",))
KEY = Key("sealed-secrets-key", _certificate("pk-old", "4ac1"), "pk-old")
YOUNGER = Key("sealed-secrets-key-younger", _certificate("pk-new", "77aa"), "pk-new")
PAIR = Pair(KEY.certificate, "pk-old")
OPEN = SealedSecret("kube-system", "csi", frozenset({"token"}), opened=True)
CLOSED = replace(OPEN, opened=False, reason="no key could decrypt secret (token)", undecryptable=True)
OPERATOR = _deployment("external-secrets-system", "external-secrets")
RELOADER = _deployment("kube-system", "reloader")
CONTROLLER = _deployment("kube-system", "sealed-secrets-controller")
SECRETS = secrets.Look(
    servers={f"instance-{number}": UNSEALED for number in range(3)},
    stores=(STORE,),
    asked=(ASKED, DRAWN),
    sealed=(OPEN,),
    keys=(KEY,),
    pair=PAIR,
    operators=(OPERATOR, RELOADER, CONTROLLER),
    at=NOW,
)
CACHE, WORLD = "https://registry.example.org/docker-hub-proxy", "https://registry-upstream.example"
UPSTREAM = "registry-upstream.example"
MIRROR = Mirror(UPSTREAM, (CACHE, WORLD))
RUNS = Runs("1 3 * * *", suspended=False, last=NOW - timedelta(hours=20))
PLATFORM = platform.Look(
    mirrored=(UPSTREAM,),
    mirrors={
        "worker0": (MIRROR,),
        "worker1": (MIRROR,),
        "worker2": Unseen("no probe pod is ready on worker2"),
    },
    registry=(_deployment("registry", "registry"),),
    pods=(Pod("registry-1", "registry", "worker0", "Running", ready=True),),
    jobs={"etcd": RUNS, "vault": RUNS},
    at=NOW,
)
NEEDS = {
    "Deployment gitea/gitea": frozenset({"Secret gitea/oauth"}),
    "Secret gitea/oauth": frozenset({"ExternalSecret gitea/oauth"}),
    "ExternalSecret gitea/oauth": frozenset({"Deployment external-secrets-system/external-secrets"}),
}
IN_A_CIRCLE = {
    **NEEDS,
    "Deployment external-secrets-system/external-secrets": frozenset({"Secret external-secrets-system/own"}),
    "Secret external-secrets-system/own": frozenset({"ExternalSecret gitea/oauth"}),
}
BOOTSTRAP = bootstrap.Look(Needs(NEEDS))
HEARD = Consumer("Deployment", "gitea", "gitea", frozenset({"oauth"}))
SNAPSHOT = Snapshot("/snapshots/etcd-20261124T210000Z.db", 40960, NOW)
HEALTHY: Sequence[object] = (SECRETS, PLATFORM, BOOTSTRAP)
HEALTHY_FACTS: Sequence[object] = (HEARD, Looked(44, 900), (SNAPSHOT,), Revision(6014), RUNS, Needs(NEEDS))


def _without(absent: Workload) -> secrets.Look:
    running = tuple(each for each in (OPERATOR, RELOADER, CONTROLLER) if each != absent)
    return replace(SECRETS, operators=(*running, replace(absent, ready=0)))


def _at_worker1(*endpoints: str) -> platform.Look:
    return replace(PLATFORM, mirrors={"worker0": (MIRROR,), "worker1": (Mirror(UPSTREAM, endpoints),)})


def job(**changes: Any) -> platform.Look:
    """The platform with another CronJob of Vault."""
    return replace(PLATFORM, jobs={"etcd": RUNS, "vault": replace(RUNS, **changes)})


LOOKS: Mapping[str, Sequence[object]] = {
    "backups_overdue": (job(suspended=True),),
    "cluster_sealing_key_replaced": (replace(SECRETS, keys=(YOUNGER,)),),
    "external_secrets_absent": (_without(OPERATOR),),
    "generator_rotates": (replace(SECRETS, asked=(ASKED, replace(DRAWN, refresh=timedelta(seconds=5)))),),
    "mirror_without_upstream": (_at_worker1(CACHE, f"{CACHE}/"),),
    "needs_itself": (bootstrap.Look(Needs(IN_A_CIRCLE)),),
    "registry_down": (replace(PLATFORM, registry=(_deployment("registry", "registry", 0),)),),
    "registry_mirror_skipped": (_at_worker1(WORLD),),
    "restart_not_asked": HEALTHY,
    "restarter_absent": (_without(RELOADER),),
    "sealed_for_another": (replace(SECRETS, sealed=(OPEN, CLOSED)),),
    "sealed_secrets_absent": (_without(CONTROLLER),),
    "sealing_certificate_ending": (
        # A new certificate for the same key: the cluster has another serial, and opens what is sealed with it.
        replace(SECRETS, pair=Pair(_certificate("pk-old", "9b02", days=10), "pk-old")),
    ),
    "sealing_key_renewed": (replace(SECRETS, keys=(KEY, YOUNGER)),),
    "sealing_key_replaced": (replace(SECRETS, pair=replace(PAIR, private="pk-other")),),
    "secret_in_the_clear": HEALTHY,
    "secret_not_in_vault": (replace(SECRETS, asked=(MISSED, DRAWN)),),
    "snapshots_empty": HEALTHY,
    "store_unauthenticated": (replace(SECRETS, stores=(REFUSED,), asked=(MISSED, DRAWN)),),
    "vault_sealed": (
        replace(
            SECRETS,
            servers={"instance-0": UNSEALED, "instance-1": SEALED, "instance-2": SEALED},
            stores=(REFUSED,),
            asked=(MISSED, DRAWN),
        ),
    ),
    "vault_server_sealed": (
        replace(SECRETS, servers={"instance-0": UNSEALED, "instance-1": UNSEALED, "instance-2": SEALED}),
    ),
}
"""By fault: the looks that the incidents of its chapter match on."""
FACTS: Mapping[str, Sequence[object]] = {
    "restart_not_asked": (replace(HEARD, unasked=frozenset({"oauth"})),),
    "secret_in_the_clear": (
        Looked(44, 900, (Literal("configmaps gitea/told: data.settings", "password of Secret gitea/told"),)),
    ),
    "snapshots_empty": ((SNAPSHOT, replace(SNAPSHOT, size=0)),),
}
"""By fault: what its scenario observed, where that matters."""
OTHER_SIGNS: Mapping[str, Sequence[object]] = {
    "mirror-skipped": (replace(PLATFORM, mirrors={"worker0": ()}),),
    "backup-overdue": (replace(PLATFORM, jobs={"etcd": None}),),
}
"""By cause: looks by which it is recognised as well."""
