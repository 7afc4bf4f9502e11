"""Secrets, the platform's services and what needs what: what is looked at, and what else tells their causes apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from diagnosis.causes import discover
from diagnosis.chapters import bootstrap, platform, secrets
from diagnosis.look import Subject, Unseen
from faults import subject
from inventory.services import Credential
from probes.backups import NotRestored, Revision, Runs
from probes.outcomes import CannotObserve, TimedOut
from probes.seal import SealStatus
from probes.vantage import Completed
from tests.unit.diagnosis.by_hand_platform import MISSED, NOW, PLATFORM, REFUSED, SECRETS, job
from tests.unit.diagnosis.test_recordings import made
from tests.unit.faults.made import target


@pytest.mark.parametrize(
    ("changes", "overdue"),
    [
        ({"last": NOW - timedelta(hours=24)}, False),
        ({"last": NOW - timedelta(hours=26)}, True),
        ({"last": None}, True),
    ],
)
def test_a_backup_is_overdue_when_its_job_has_not_succeeded_for_a_day(
    changes: dict[str, object], *, overdue: bool
) -> None:
    assert discover()["backup-overdue"].matches(made([job(**changes)])) is overdue


def test_a_backup_of_which_nothing_was_seen_is_not_blamed() -> None:
    unseen = replace(PLATFORM, jobs=Unseen("no API"))
    assert not discover()["backup-overdue"].matches(made([unseen], [Runs("* * * * *", suspended=True)]))


@pytest.mark.parametrize(
    "observed", [Revision(1), NotRestored("a restored Vault", "the pod vault/drill", "no archive")]
)
def test_a_backup_is_useless_that_holds_nothing_or_cannot_be_restored(observed: object) -> None:
    assert discover()["backup-useless"].matches(made([], [observed]))


@pytest.mark.parametrize("cause", ["store-unauthenticated", "secret-not-synced", "vault-sealed"])
def test_neither_role_nor_path_is_blamed_where_vault_is_silent(cause: str) -> None:
    servers = dict.fromkeys(("instance-0", "instance-1", "instance-2"), TimedOut(3.0))
    assert not discover()[cause].matches(made([replace(SECRETS, servers=servers, asked=(MISSED,))]))
    silent = replace(SECRETS, servers=servers, stores=(REFUSED,), asked=(MISSED,))
    assert not discover()[cause].matches(made([silent]))


HOSTS = """--hosts-of-a-registry-- /etc/containerd/certs.d/docker.io/hosts.toml
server = "https://docker.io"
[host."https://registry.example.org"]
"""


@dataclass(frozen=True)
class Answers:
    """An API that answers from a table, by the path."""

    known: Mapping[str, Any]

    def get(self, what: str, path: str, *, optional: bool = False) -> Any:
        if path not in self.known and not optional:
            raise CannotObserve(what, "here", "there is none")
        return self.known.get(path)

    def list(self, _what: str, path: str, **_selectors: str) -> Any:
        return self.known.get(path, [])

    def request(self, _method: str, path: str, **_more: Any) -> Any:
        return SimpleNamespace(status=200, data=self.known.get(path, b"{}"))


def _subject(known: Mapping[str, Any], **changes: Any) -> Subject:
    made = replace(subject.of(target()), **changes)
    made.once(Subject.api, lambda: cast("Any", Answers(known)))
    return made


def _named(namespace: str, name: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"namespace": namespace, "name": name}, **more}


def test_looks_at_every_server_of_vault_and_at_the_operators() -> None:
    place = "/api/v1/namespaces/vault/pods/https:instance-{}:8200/proxy/v1/sys/seal-status"
    known = {
        place.format(0): b'{"sealed": false}',
        place.format(1): b'{"sealed": true}',
        "/apis/apps/v1/deployments": [_named("kube-system", "reloader"), _named("gitea", "gitea")],
    }
    one = _subject(known)
    servers = cast("Mapping[str, Any]", secrets.SIGHTS["servers"](one))
    assert list(servers) == ["instance-0", "instance-1", "instance-2"]
    assert list(servers.values())[:2] == [SealStatus(sealed=False), SealStatus(sealed=True)]
    assert not isinstance(servers["instance-2"], SealStatus)
    assert [str(each) for each in cast("Any", secrets.SIGHTS["operators"](one))] == [
        "Deployment kube-system/reloader: 0 of 1 ready, 0 up to date"
    ]


def test_a_sealing_pair_that_no_file_has_is_unseen(tmp_path: Path) -> None:
    one = _subject({})
    with pytest.raises(LookupError, match="no file of the credential sealing_certificate"):
        secrets.SIGHTS["pair"](one)
    files = {name: Credential(file=tmp_path / name) for name in ("sealing_certificate", "sealing_key")}
    with pytest.raises(FileNotFoundError):
        secrets.SIGHTS["pair"](replace(one, inventory=replace(one.inventory, credentials=files)))


def test_a_node_that_is_off_hides_the_mirrors_of_no_other() -> None:
    def on_node(node: str) -> Any:
        if node == "worker0":
            raise LookupError("no probe pod is ready on worker0")
        return SimpleNamespace(name=node, run=lambda *_, **__: Completed((), 0, HOSTS, ""))

    found = cast("Mapping[str, Any]", platform.SIGHTS["mirrors"](_subject({}, on_node=on_node)))
    assert found["worker0"] == Unseen("no probe pod is ready on worker0")
    assert [str(each) for each in found["worker1"]] == [
        "docker.io by https://registry.example.org, then https://docker.io"
    ]


def test_looks_at_the_jobs_that_take_snapshots() -> None:
    job_of_etcd = {"spec": {"schedule": "1 3 * * *", "suspend": True}}
    known = {"/apis/batch/v1/namespaces/kube-system/cronjobs/etcd-snapshot": job_of_etcd}
    found = platform.SIGHTS["jobs"](_subject(known))
    assert found == {"etcd": Runs("1 3 * * *", suspended=True), "vault": None}


def test_looks_at_what_needs_what() -> None:
    pods = {"containers": [{"envFrom": [{"secretRef": {"name": "oauth"}}]}]}
    known = {
        "/apis/apps/v1/deployments": [_named("gitea", "gitea", spec={"template": {"spec": pods}})],
    }
    found = cast("Any", bootstrap.SIGHTS["needs"](_subject(known)))
    assert found.of == {"Deployment gitea/gitea": {"Secret gitea/oauth"}}
