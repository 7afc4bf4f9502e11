"""Snapshots: when the last one was taken, what lies in their folder, and what came back out of one."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from probes.jsonobjects import JsonObject, parsed, part, parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api
    from probes.vantage import Vantage

FOLDER = "/snapshots"
"""Where the pods of the jobs that take snapshots have them; names sort by the time of taking."""
_HOST_NAME = "kubernetes.io/hostname"
ENDPOINT = "http://127.0.0.1:12379"
"""Where, in its own pod, an etcd listens that was made from a snapshot."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file of a backup. file: its path; taken: when it was last written, UTC; size: bytes."""

    file: str
    size: int
    taken: datetime = field(compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.file} of {self.taken:%Y-%m-%d %H:%M:%S}, {self.size} bytes"


@dataclass(frozen=True, slots=True)
class Revision:
    """The revision of the keys of an etcd, or of a snapshot of one. An etcd that has no key yet is at 1."""

    number: int

    @property
    def empty(self) -> bool:
        """Whether nothing was ever kept there."""
        return self.number <= 1

    def __str__(self) -> str:
        return str(self.number)


class NotRestored(CannotObserve):
    """No server could be made from a snapshot."""


@dataclass(frozen=True, slots=True)
class Runs:
    """A job that runs by the clock. schedule: as cron has it; last: when it last succeeded, UTC; None for never."""

    schedule: str
    suspended: bool
    last: datetime | None = None

    def __str__(self) -> str:
        """Read as a phrase."""
        last = f"last succeeded at {self.last:%Y-%m-%d %H:%M:%S}" if self.last else "never succeeded"
        return f"by {self.schedule!r}{', suspended' if self.suspended else ''}, {last}"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a node's that is a volume. path: as the node has it."""

    node: str
    path: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.path} of {self.node}"


@dataclass(frozen=True, slots=True)
class Job:
    """A job, counted in pods. over: why it will not be tried again, if so."""

    name: str
    succeeded: int = 0
    failed: int = 0
    over: str = ""

    def __str__(self) -> str:
        """Read as a phrase."""
        over = f", given up ({self.over})" if self.over else ""
        return f"{self.name}: {self.succeeded} succeeded, {self.failed} failed{over}"


def runs(api: Api, namespace: str, cron_job: str) -> Runs | None:
    """Return how a job does that runs by the clock; None if there is no such job."""
    path = f"/apis/batch/v1/namespaces/{namespace}/cronjobs/{cron_job}"
    found = api.get(f"the job {namespace}/{cron_job}", path, optional=True)
    if found is None:
        return None
    when, spec = part(found, "status").get("lastSuccessfulTime"), part(found, "spec")
    return Runs(
        str(spec.get("schedule", "")),
        bool(spec.get("suspend")),
        datetime.fromisoformat(when) if when else None,
    )


def folder(api: Api, namespace: str, cron_job: str) -> Folder | None:
    """Return where the volume lies that a job's pods have as `FOLDER`; None where that is no folder of a node's."""
    path = f"/apis/batch/v1/namespaces/{namespace}/cronjobs/{cron_job}"
    found = api.get(f"the job {namespace}/{cron_job}", path, optional=True) or {}
    pod = part(found, "spec", "jobTemplate", "spec", "template", "spec")
    mounts = (each for one in parts(pod, "containers") for each in parts(one, "volumeMounts"))
    names = {each["name"] for each in mounts if each["mountPath"] == FOLDER}
    claims = {
        f"{namespace}/{part(one, 'persistentVolumeClaim').get('claimName')}"
        for one in parts(pod, "volumes")
        if one["name"] in names
    }
    for item in api.list("the volumes", "/api/v1/persistentvolumes"):
        spec = part(item, "spec")
        owner, place = part(spec, "claimRef"), part(spec, "hostPath") or part(spec, "local")
        if place and f"{owner.get('namespace')}/{owner.get('name')}" in claims and (nodes := _nodes(spec)):
            return Folder(nodes[0], place["path"])
    return None


def _nodes(volume: JsonObject) -> list[str]:
    """Return the nodes that a volume is bound to."""
    terms = parts(volume, "nodeAffinity", "required", "nodeSelectorTerms")
    wanted = (each for one in terms for each in parts(one, "matchExpressions"))
    return [name for each in wanted if each.get("key") == _HOST_NAME for name in each.get("values") or ()]


def job(api: Api, namespace: str, name: str) -> Job:
    """Return how a job does. Raises CannotObserve also if there is none."""
    found = api.get(f"the job {namespace}/{name}", f"/apis/batch/v1/namespaces/{namespace}/jobs/{name}") or {}
    status = part(found, "status")
    failed = (
        one
        for one in parts(status, "conditions")
        if (one.get("type"), one.get("status")) == ("Failed", "True")
    )
    over = next((str(one.get("message") or one.get("reason")) for one in failed), "")
    return Job(name, status.get("succeeded", 0), status.get("failed", 0), over)


def snapshots(pod: Vantage, where: str = FOLDER) -> tuple[Snapshot, ...]:
    """Return the snapshots in a folder of a pod's, the newest last; what is still being written is none."""
    script = f'cd {where} && for file in *; do case "$file" in *.db|*.snap) stat -c "%n %s %Y" "$file";; esac; done'
    lines = [line.split() for line in _said(pod, "the snapshots", "/bin/sh", "-c", script).splitlines()]
    return tuple(
        Snapshot(f"{where}/{name}", int(size), datetime.fromtimestamp(int(written), UTC))
        for name, size, written in sorted(lines)
    )


def snapshots_on(node: Vantage, path: str) -> tuple[Snapshot, ...]:
    """Return the same of a folder of a node's; `node` is a place on it that sees its processes."""
    # PID 1 is the node's own init, and its root the node's file system.
    return snapshots(node, f"/proc/1/root{path}")


def etcd_snapshot_revision(pod: Vantage, snapshot: Snapshot) -> Revision:
    """Return the revision of etcd's keys at which a snapshot was taken, as the file itself says."""
    said = _said(
        pod, "the snapshot's revision", "etcdutl", "snapshot", "status", snapshot.file, "--write-out=json"
    )
    return Revision(int(part(_object(pod, "the snapshot's revision", said)).get("revision", 0)))


def etcd_revision(pod: Vantage) -> Revision:
    """Return the revision of the keys of the etcd in a pod. Raises CannotObserve as long as it does not answer."""
    said = _said(
        pod,
        "etcd's revision",
        "etcdctl",
        f"--endpoints={ENDPOINT}",
        "get",
        "/",
        "--limit=1",
        "--write-out=json",
    )
    return Revision(int(part(_object(pod, "etcd's revision", said), "header").get("revision", 0)))


def etcd_value(pod: Vantage, key: str) -> str:
    """Return what the etcd in a pod has at a key, as text (Kubernetes keeps protobuf); "" where it has nothing."""
    argv = ("etcdctl", f"--endpoints={ENDPOINT}", "get", key, "--print-value-only")
    return _said(pod, f"etcd's {key}", *argv).strip()


def _object(pod: Vantage, what: str, text: str) -> dict[str, object]:
    found = parsed(text.encode())
    if found is None:
        raise CannotObserve(what, pod.name, f"not a JSON object: {text[:100]!r}")
    return found


def _said(pod: Vantage, what: str, *argv: str) -> str:
    done = pod.run(argv, timeout=60.0)
    if done.returncode:
        why = done.stderr.strip() or f"`{shlex.join(argv)}` ended with {done.returncode}"
        raise CannotObserve(what, pod.name, why)
    return done.stdout
