"""How the Jobs of a drill are made from what the platform has."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import pytest

from inventory import Backups
from probes.outcomes import CannotObserve
from probes.waiting import Patience
from tests.unit.workbench.notes import ALIVE, DEAD, RUN, Notes
from workbench import drills, making
from workbench.drills import EtcdDrill

JOB: dict[str, Any] = {
    "hostNetwork": True,
    "nodeSelector": {"role": "controller"},
    "containers": [
        {
            "name": "snapshot",
            "image": "etcd",
            "command": ["save"],
            "resources": {"requests": {"cpu": "1m"}, "limits": {"memory": "64Mi"}},
            "volumeMounts": [
                {"name": "kept", "mountPath": "/snapshots"},
                {"name": "pki", "mountPath": "/pki"},
            ],
        }
    ],
    "volumes": [
        {"name": "kept", "persistentVolumeClaim": {"claimName": "c"}},
        {"name": "pki", "hostPath": {}},
    ],
}
SERVERS: dict[str, Any] = {
    "spec": {
        "volumeClaimTemplates": [{"metadata": {"name": "raft"}}],
        "template": {
            "metadata": {"labels": {"app": "vault"}},
            "spec": {
                "containers": [
                    {
                        "name": "vault",
                        "command": ["bao", "server"],
                        "env": [{"name": "NODE", "value": "x"}, {"name": "ADDR", "value": "y"}],
                        "volumeMounts": [{"name": "raft", "mountPath": "/vault/file"}],
                        "readinessProbe": {"httpGet": {}},
                    }
                ],
                "volumes": [{"name": "tls", "secret": {"secretName": "tls"}}],
            },
        },
    }
}


def test_a_pod_beside_the_job_has_its_volumes_and_does_nothing() -> None:
    before = copy.deepcopy(JOB)
    made = drills.idle(JOB)
    assert before == JOB
    assert "hostNetwork" not in made
    (container,) = made["containers"]
    assert container["command"][0] == "/bin/sh"
    assert "limits" not in container["resources"]
    assert [each["mountPath"] for each in container["volumeMounts"]] == ["/snapshots", "/pki", "/scratch"]
    assert made["nodeSelector"] == {"role": "controller"}


def test_a_server_alone_has_an_empty_disk_and_the_snapshots_to_read() -> None:
    made = drills.alone(SERVERS, JOB, {"NODE": "drill"})
    (container,) = made["containers"]
    assert container["command"] == ["bao", "server"]
    assert {each["name"]: each["value"] for each in container["env"]} == {"ADDR": "y", "NODE": "drill"}
    assert container["volumeMounts"][-1] == {"name": "kept", "mountPath": "/snapshots", "readOnly": True}
    assert [each["name"] for each in made["volumes"]] == ["tls", "kept", "raft"]
    assert made["volumes"][-1] == {"name": "raft", "emptyDir": {}}
    assert "readinessProbe" not in container


CRON_JOB = "/apis/batch/v1/namespaces/kube-system/cronjobs/etcd-snapshot"
JOBS = "/apis/batch/v1/namespaces/kube-system/jobs"


def drilling(api: Any) -> EtcdDrill:
    api.objects[CRON_JOB] = {
        "spec": {"jobTemplate": {"spec": {"template": {"spec": JOB}, "backoffLimit": 3}}}
    }
    target: Any = SimpleNamespace(inventory=SimpleNamespace(backups=Backups()))
    return EtcdDrill(target, api, RUN)


def test_a_drill_is_ours_ends_by_itself_and_is_not_tried_again() -> None:
    before, api = copy.deepcopy(JOB), Notes()
    drill = drilling(api)
    taken, begun = drill.take(), drill.begin()
    assert before == JOB
    assert taken != begun
    (method, path, job), (_, _, beside) = api.sent
    assert (method, path, job["metadata"]["name"]) == ("POST", JOBS, taken)
    for each in (job, beside):
        assert each["spec"]["template"]["metadata"]["labels"]["clusterspec/run"] == RUN.id
        assert each["metadata"]["labels"]["clusterspec/run"] == RUN.id
        assert each["spec"]["activeDeadlineSeconds"] == 1200
        assert each["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    assert (job["spec"]["backoffLimit"], beside["spec"]["backoffLimit"]) == (3, 0)


def test_drills_are_removed_also_what_the_api_did_not_acknowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "REMOVED", Patience(within=0.0))
    api = Notes(status=403)
    own = drilling(api)
    with pytest.raises(CannotObserve, match="forbidden"):
        own.take()
    with pytest.raises(CannotObserve, match=r"clusterspec-.* removed"):
        own.remove()
    api.status = 404
    own.remove()
    own.remove()
    assert [method for method, _ in api.asked] == ["POST", "DELETE", "DELETE"]
    assert api.sent[-1][2] == {"propagationPolicy": "Background"}


def test_drills_of_dead_runs_are_swept() -> None:
    api = Notes()
    api.lists[JOBS] = [{"metadata": {"name": name}} for name in (DEAD, ALIVE, "etcd-snapshot-1")]
    assert tuple(drilling(api).sweep()) == (DEAD,)
    assert api.asked == [("DELETE", f"{JOBS}/{DEAD}")]
