"""What jobs have backed up, and what lies in their folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from probes import backups
from probes.backups import Folder, Job, Revision, Snapshot
from probes.outcomes import CannotObserve
from probes.vantage import Completed

JOB: dict[str, Any] = {
    "containers": [{"name": "snapshot", "volumeMounts": [{"name": "kept", "mountPath": "/snapshots"}]}],
    "volumes": [{"name": "kept", "persistentVolumeClaim": {"claimName": "c"}}],
}


@dataclass
class Pod:
    """A vantage point where each program says what it is told to."""

    said: dict[str, tuple[int, str, str]]
    name: str = "a pod"
    asked: list[Sequence[str]] = field(default_factory=list)

    def run(self, argv: Sequence[str], *, timeout: float = 30.0, stdin: bytes | None = None) -> Completed:
        del timeout, stdin
        self.asked.append(argv)
        return Completed(tuple(argv), *self.said[argv[0]])

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> Any:
        raise NotImplementedError


@dataclass
class Cluster:
    """An API that has these objects, by their paths."""

    objects: dict[str, dict[str, Any]]

    def get(self, _what: str, path: str, **_options: bool) -> dict[str, Any] | None:
        return self.objects.get(path)

    def list(self, _what: str, path: str) -> list[dict[str, Any]]:
        return self.objects[path]["items"]


def test_a_job_that_does_not_exist_is_none() -> None:
    path = "/apis/batch/v1/namespaces/kube-system/cronjobs/etcd-snapshot"
    status = {"lastSuccessfulTime": "2025-12-10T08:00:00Z"}
    api: Any = Cluster({path: {"spec": {"schedule": "17 3 * * *", "suspend": True}, "status": status}})
    found = backups.runs(api, "kube-system", "etcd-snapshot")
    assert found == backups.Runs("17 3 * * *", suspended=True, last=datetime(2025, 12, 10, 8, tzinfo=UTC))
    assert backups.runs(api, "vault", "vault-snapshot") is None


def test_a_job_that_has_not_succeeded_yet_says_so() -> None:
    api: Any = Cluster(
        {"/apis/batch/v1/namespaces/a/cronjobs/b": {"spec": {"schedule": "@daily"}, "status": {}}}
    )
    assert str(backups.runs(api, "a", "b")) == "by '@daily', never succeeded"


def test_a_job_is_counted_in_pods() -> None:
    status: dict[str, Any] = {"failed": 1}
    api: Any = Cluster({"/apis/batch/v1/namespaces/a/jobs/b": {"status": status}})
    assert backups.job(api, "a", "b") == Job("b", 0, 1)
    status["conditions"] = [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]
    assert str(backups.job(api, "a", "b")) == "b: 0 succeeded, 1 failed, given up (BackoffLimitExceeded)"


def test_the_newest_snapshot_comes_last() -> None:
    pod = Pod(
        {
            "/bin/sh": (
                0,
                "etcd-20260102T000000Z.db 30 1767312000\netcd-20260101T000000Z.db 20 1767225600\n",
                "",
            )
        }
    )
    older, newer = backups.snapshots(pod)
    assert older == Snapshot("/snapshots/etcd-20260101T000000Z.db", 20, datetime(2026, 1, 1, tzinfo=UTC))
    assert newer.file == "/snapshots/etcd-20260102T000000Z.db"


def test_revisions_are_read_from_the_file_and_from_the_server() -> None:
    header = '{"header":{"cluster_id":1,"member_id":2,"revision":6,"raft_term":2}}'
    pod = Pod({"etcdutl": (0, '{"hash":1,"revision":6,"totalKey":1}', ""), "etcdctl": (0, header, "")})
    assert backups.etcd_snapshot_revision(pod, Snapshot("/snapshots/a.db", 1, datetime.now(UTC))) == Revision(
        6
    )
    assert backups.etcd_revision(pod) == Revision(6)


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (backups.etcd_revision, (1, "", "context deadline exceeded")),
        (backups.etcd_revision, (0, "what?", "")),
        (backups.snapshots, (2, "", "cd: /snapshots: No such file")),
    ],
)
def test_a_pod_that_cannot_tell_is_not_observed(
    look: Callable[[Any], object], said: tuple[int, str, str]
) -> None:
    with pytest.raises(CannotObserve):
        look(Pod({"etcdctl": said, "/bin/sh": said}))


def bound(claim: str, **place: Any) -> dict[str, Any]:
    node = {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["worker0"]}]}
    affinity = {"required": {"nodeSelectorTerms": [node]}}
    return {"spec": {"claimRef": {"namespace": "vault", "name": claim}, "nodeAffinity": affinity, **place}}


@pytest.mark.parametrize(
    ("volumes", "found"),
    [
        ([bound("c", hostPath={"path": "/v/c"})], Folder("worker0", "/v/c")),
        (
            [bound("d", hostPath={"path": "/v/d"}), bound("c", local={"path": "/v/c"})],
            Folder("worker0", "/v/c"),
        ),
        ([bound("c", csi={"driver": "of-another"})], None),
        ([], None),
    ],
)
def test_the_folder_of_a_volume_that_a_node_has_is_found(
    volumes: list[dict[str, Any]], found: Folder | None
) -> None:
    path = "/apis/batch/v1/namespaces/vault/cronjobs/vault-snapshot"
    job = {"spec": {"jobTemplate": {"spec": {"template": {"spec": JOB}}}}}
    api: Any = Cluster({path: job, "/api/v1/persistentvolumes": {"items": volumes}})
    assert backups.folder(api, "vault", "vault-snapshot") == found


def test_snapshots_on_a_node_are_found_below_its_own_root() -> None:
    node = Pod({"/bin/sh": (0, "vault-1.snap 0 1764288000\n", "")})
    (found,) = backups.snapshots_on(node, "/v/c")
    assert (found.file, found.size) == ("/proc/1/root/v/c/vault-1.snap", 0)
    assert "cd /proc/1/root/v/c &&" in node.asked[0][2]
