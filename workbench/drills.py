"""Restore drills: a snapshot taken now, and a server of the scenario's own that it is restored into.

Everything runs in the namespace of the platform's own job, since a volume is seen from nowhere else; as Jobs, which
remove themselves when a killed run cannot.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from probes import backups, vault
from probes.backups import NotRestored, Snapshot
from probes.jsonobjects import JsonObject, part, parts
from probes.kubeapi import Api
from probes.outcomes import CannotObserve, NetworkFailure
from probes.vantage import Vantage
from probes.vault import Door
from provisioning import vantages
from provisioning.secret import Secret
from provisioning.target import Target
from workbench import objects
from workbench.making import Named, insist
from workbench.run import Run
from workbench.vault import VaultServers

_LONGEST = 1200
"""Seconds after which a drill ends by itself."""
_INITIALIZED = 90.0
"""Seconds that the founding of a Vault may take. It is asked once: the keys that it answers are told nobody again."""
_SCRATCH = "/scratch"
_IDLE = ["/bin/sh", "-c", "while :; do sleep 3600; done"]
_PEER = "http://127.0.0.1:12380"
_ETCD = f"""
etcdutl snapshot restore "$1" --data-dir={_SCRATCH}/etcd --name=drill \\
  --initial-cluster=drill={_PEER} --initial-advertise-peer-urls={_PEER}
etcd --data-dir={_SCRATCH}/etcd --name=drill --listen-peer-urls={_PEER} --initial-advertise-peer-urls={_PEER} \\
  --initial-cluster=drill={_PEER} --listen-client-urls={backups.ENDPOINT} --advertise-client-urls={backups.ENDPOINT} \\
  </dev/null >{_SCRATCH}/etcd.log 2>&1 &
"""
_VAULT = 'read -r BAO_TOKEN && export BAO_TOKEN && exec bao operator raft snapshot restore -force "$1"'


class Drill(Named[str]):
    """Makes Jobs beside one that the platform runs by the clock, such as take snapshots. The snapshots stay."""

    gone = "the API takes the removal of the drills"
    cron_job: str

    def __init__(self, target: Target, api: Api, namespace: str, run: Run) -> None:
        super().__init__(run)
        self.namespace = namespace
        self._target, self._api = target, api
        self._jobs = f"/apis/batch/v1/namespaces/{namespace}/jobs"

    def make(self, spec: JsonObject) -> str:
        """Start a Job; return its name. Raises CannotObserve."""
        name, labels = self._note(self.run.new_name()), objects.labels(self.run)
        template = copy.deepcopy(spec["template"])
        template["metadata"] = {"labels": labels}
        template["spec"]["restartPolicy"] = "Never"
        # How often the platform's own job tries is its own business; a drill is not tried again.
        ends = {"activeDeadlineSeconds": _LONGEST, "ttlSecondsAfterFinished": 60}
        spec = {"backoffLimit": 0, **spec, **ends, "template": template}
        metadata = {"name": name, "namespace": self.namespace, "labels": labels}
        job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}
        objects.send(self._api, "POST", self._jobs, f"the drill {name}", job)
        return name

    def take(self) -> str:
        """Have the platform's job take a snapshot now; return the name of this run of it."""
        return self.make(self._job())

    def place(self, job: str) -> Vantage | None:
        """Return the place in the pod of a job; None until it runs."""
        name = part(self._pod(job), "metadata").get("name")
        return vantages.in_pod(self._target, self.namespace, name) if name else None

    def _pod(self, job: str) -> JsonObject:
        """Return the one pod of a job; nothing as long as it does not run."""
        path = f"/api/v1/namespaces/{self.namespace}/pods"
        found = self._api.list(f"the pods of {job}", path, labelSelector=f"job-name={job}")
        running = [one for one in found if part(one, "status").get("phase") == "Running"]
        return running[0] if running else {}

    def _job(self) -> JsonObject:
        path = f"/apis/batch/v1/namespaces/{self.namespace}/cronjobs/{self.cron_job}"
        found = self._api.get(f"the job {self.namespace}/{self.cron_job}", path) or {}
        return part(found, "spec", "jobTemplate", "spec")

    def _found(self) -> Iterator[str]:
        for each in self._api.list("our own drills", self._jobs, labelSelector=objects.SELECTOR):
            yield each["metadata"]["name"]

    def _take_away(self, name: str) -> None:
        objects.delete(self._api, f"{self._jobs}/{name}", f"the removal of the drill {name}")


def idle(template: Mapping[str, Any]) -> JsonObject:
    """Return a pod like this one that does nothing, in a network of its own, with an empty folder for what it tries."""
    spec = copy.deepcopy(dict(template))
    spec.pop("hostNetwork", None)
    spec["terminationGracePeriodSeconds"] = 0
    spec.setdefault("volumes", []).append({"name": "scratch", "emptyDir": {}})
    for container in spec["containers"]:
        container["command"] = _IDLE
        container.pop("args", None)
        # A server beside the tool that takes snapshots needs more than that alone.
        container.setdefault("resources", {}).pop("limits", None)
        container.setdefault("volumeMounts", []).append({"name": "scratch", "mountPath": _SCRATCH})
    return spec


def alone(stateful_set: JsonObject, job: Mapping[str, Any], environment: Mapping[str, str]) -> JsonObject:
    """Return a pod like those of a set, with an empty disk, with the snapshots of a job, and with these variables."""
    spec = copy.deepcopy(part(stateful_set, "spec", "template", "spec"))
    mount = next(
        each
        for one in job["containers"]
        for each in one["volumeMounts"]
        if each["mountPath"] == backups.FOLDER
    )
    volumes = [each for each in job["volumes"] if each["name"] == mount["name"]]
    volumes += [
        {"name": part(each, "metadata")["name"], "emptyDir": {}}
        for each in parts(stateful_set, "spec", "volumeClaimTemplates")
    ]
    spec["volumes"] = [*(spec.get("volumes") or []), *volumes]
    spec["terminationGracePeriodSeconds"] = 0
    spec.pop("affinity", None)
    container = spec["containers"][0]
    container.setdefault("volumeMounts", []).append({**mount, "readOnly": True})
    kept = [each for each in parts(container, "env") if each["name"] not in environment]
    container["env"] = [*kept, *({"name": name, "value": value} for name, value in environment.items())]
    container.pop("readinessProbe", None)
    container.pop("livenessProbe", None)
    return spec


class EtcdDrill(Drill):
    """etcd's snapshots, and an etcd of the scenario's own."""

    def __init__(self, target: Target, api: Api, run: Run) -> None:
        namespace, self.cron_job = target.inventory.backups.job("etcd")
        super().__init__(target, api, namespace, run)

    def begin(self) -> str:
        """Start a pod that has the snapshots, and does nothing; the name of its job."""
        return self.make({"template": {"spec": idle(part(self._job(), "template", "spec"))}})

    def restore(self, place: Vantage, snapshot: Snapshot) -> None:
        """Restore a snapshot into an etcd of one member in that pod, and start it. Raises CannotObserve."""
        done = place.run(["/bin/sh", "-euc", _ETCD, "drill", snapshot.file], timeout=120.0)
        if done.returncode:
            raise NotRestored("a restored etcd", place.name, str(done))


class VaultDrill(Drill):
    """Vault's snapshots, and a server of the scenario's own, as the platform's are but for an empty disk."""

    def __init__(self, target: Target, servers: VaultServers, run: Run) -> None:
        super().__init__(target, servers.api, servers.namespace, run)
        self._servers = servers
        _, self.cron_job = target.inventory.backups.job("vault")

    def begin(self) -> str:
        """Start a server that has the snapshots; the name of its job."""
        own = {"BAO_RAFT_NODE_ID": "drill", "BAO_CLUSTER_ADDR": f"https://127.0.0.1:{vault.PORT + 1}"}
        path = f"/apis/apps/v1/namespaces/{self.namespace}/statefulsets/{self._servers.workload}"
        found = self._api.get(f"the StatefulSet {self.namespace}/{self._servers.workload}", path) or {}
        pod = alone(found, part(self._job(), "template", "spec"), own)
        return self.make({"template": {"spec": pod}})

    def door(self, job: str, *, anonymous: bool = False) -> Door:
        """Where that server is asked: under the name of the real ones, at its own address. Raises CannotObserve."""
        address = part(self._pod(job), "status").get("podIP")
        if not address:
            why = f"{job} has no address yet"
            raise CannotObserve("the server of the drill", self._servers.place.name, why)
        return self._servers.door_at(address, anonymous=anonymous)

    def restore(self, job: str, place: Vantage, snapshot: Snapshot) -> None:
        """Found a Vault of one server there, and put a snapshot in the place of what it has. Raises CannotObserve."""
        made = vault.ask(
            replace(self.door(job, anonymous=True), timeout=_INITIALIZED),
            lambda client: client.sys.initialize(
                secret_shares=None, secret_threshold=None, recovery_shares=1, recovery_threshold=1
            ),
        )
        if isinstance(made, NetworkFailure):
            raise CannotObserve("a new Vault", place.name, str(made))
        said = cast("dict[str, Any]", made)
        token = Secret("the drill's root token", str(said["root_token"]))
        for number, key in enumerate(said.get("recovery_keys_base64") or ()):
            Secret(f"the drill's recovery key {number}", str(key))
        insist(lambda: self._leads(job), "the drill's server leads itself")
        done = place.run(
            ["/bin/sh", "-c", _VAULT, "drill", snapshot.file],
            timeout=120.0,
            stdin=f"{token.reveal()}\n".encode(),
        )
        if done.returncode:
            raise NotRestored("a restored Vault", place.name, str(done))

    def _leads(self, job: str) -> None:
        """Raise CannotObserve as long as the server does not lead itself, and so takes nothing: it answers before."""
        now = vault.member(self.door(job, anonymous=True), job)
        if not isinstance(now, vault.Member) or now.state is not vault.State.ACTIVE:
            raise CannotObserve("a new Vault", self._servers.place.name, str(now))
