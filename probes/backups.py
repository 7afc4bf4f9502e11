"""Snapshots: when the last one was taken, what lies in their folder, and what came back out of one."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from probes.jsonobjects import parsed, part, parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api
    from probes.vantage import Vantage

FOLDER = "/snapshots"
"""Where the pods of the jobs that take snapshots have them; names sort by the time of taking."""
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


def snapshots(pod: Vantage) -> tuple[Snapshot, ...]:
    """Return the snapshots that a pod has, the newest last; what is still being written is none."""
    script = f'cd {FOLDER} && for file in *; do case "$file" in *.db|*.snap) stat -c "%n %s %Y" "$file";; esac; done'
    lines = [line.split() for line in _said(pod, "the snapshots", "/bin/sh", "-c", script).splitlines()]
    return tuple(
        Snapshot(f"{FOLDER}/{name}", int(size), datetime.fromtimestamp(int(written), UTC))
        for name, size, written in sorted(lines)
    )


def etcd_snapshot_revision(pod: Vantage, snapshot: Snapshot) -> int:
    """Return the revision of etcd's keys at which a snapshot was taken, as the file itself says."""
    said = _said(
        pod, "the snapshot's revision", "etcdutl", "snapshot", "status", snapshot.file, "--write-out=json"
    )
    return int(part(_object(pod, "the snapshot's revision", said)).get("revision", 0))


def etcd_revision(pod: Vantage) -> int:
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
    return int(part(_object(pod, "etcd's revision", said), "header").get("revision", 0))


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
