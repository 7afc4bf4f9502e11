"""A snapshot brings back what was there when it was taken."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_bdd import given, scenarios, then, when

from probes import backups, vault
from probes.backups import Job, Snapshot
from probes.digests import digest
from probes.kubernetes import Api
from probes.vantage import Vantage
from probes.vault import Kept, Member
from steps.vocabulary.drills import EtcdDrill, VaultDrill
from steps.vocabulary.seen import Seen
from steps.vocabulary.vault import ScratchKv
from steps.wiring import Scratch, Wait

scenarios("platform/restore_drill.feature")

NOTE, KEY, BEFORE, AFTERWARDS = "note", "text", "as-it-was", "changed-since"


@dataclass(frozen=True, slots=True)
class Restored:
    """A server of the scenario's own, made from a snapshot. job: whose pod it is in."""

    job: str
    place: Vantage
    snapshot: Snapshot


def _take(drill: EtcdDrill | VaultDrill, api: Api, eventually: Wait) -> None:
    """Have the platform's own job take a snapshot now."""
    job = drill.take()
    eventually(
        lambda: backups.job(api, drill.namespace, job),
        lambda found: bool(found.succeeded),
        expected=f"a snapshot is taken by {drill.namespace}/{job}",
        patience="snapshot_taken",
        hopeless=_failed,
    )


def _failed(job: Job) -> str | None:
    return str(job) if job.over else None


def _prepare(drill: EtcdDrill | VaultDrill, eventually: Wait, seen: Seen) -> Restored:
    """Start a pod that has the snapshots, and say which is the newest."""
    job = drill.begin()
    place = eventually(lambda: drill.place(job), bool, expected=f"{job} has its pod", patience="pod_ready")
    assert place is not None
    found = seen("the snapshots", backups.snapshots(place), place)
    assert found, f"there is no snapshot in {backups.FOLDER}"
    return Restored(job, place, found[-1])


@given("a note that is kept in the cluster")
def note_in_the_cluster(scratch: Scratch) -> None:
    scratch.apply("note.yaml", name=NOTE, text=BEFORE)


@given("a note that is kept in Vault")
def note_in_vault(scratch_kv: ScratchKv) -> None:
    assert scratch_kv.write(NOTE, **{KEY: BEFORE}) == 1


@when("a snapshot of etcd is taken")
def take_of_etcd(etcd_drill: EtcdDrill, api: Api, eventually: Wait) -> None:
    _take(etcd_drill, api, eventually)


@when("a snapshot of Vault is taken")
def take_of_vault(vault_drill: VaultDrill, api: Api, eventually: Wait) -> None:
    _take(vault_drill, api, eventually)


@when("the note in the cluster is changed")
def change_in_the_cluster(scratch: Scratch) -> None:
    scratch.apply("note.yaml", name=NOTE, text=AFTERWARDS)


@when("the note in Vault is changed")
def change_in_vault(scratch_kv: ScratchKv) -> None:
    assert scratch_kv.write(NOTE, **{KEY: AFTERWARDS}) == 2  # noqa: PLR2004 - the second version of it


@when("the newest snapshot is restored into an etcd of the scenario's own", target_fixture="restored")
def restore_etcd(etcd_drill: EtcdDrill, eventually: Wait, seen: Seen) -> Restored:
    restored = _prepare(etcd_drill, eventually, seen)
    etcd_drill.restore(restored.place, restored.snapshot)
    return restored


@when("the newest snapshot is restored into a server of the scenario's own", target_fixture="restored")
def restore_vault(vault_drill: VaultDrill, eventually: Wait, seen: Seen) -> Restored:
    restored = _serving(vault_drill, _prepare(vault_drill, eventually, seen), eventually)
    vault_drill.restore(restored.job, restored.place, restored.snapshot)
    return restored


def _serving(drill: VaultDrill, restored: Restored, eventually: Wait) -> Restored:
    """Wait until the server answers, with whatever it has."""
    eventually(
        lambda: vault.member(drill.door(restored.job, anonymous=True), restored.job),
        lambda found: isinstance(found, Member),
        expected="the new server answers",
        patience="restored",
    )
    return restored


@then("that etcd is at the revision of the snapshot")
def etcd_is_at_revision(restored: Restored, eventually: Wait, seen: Seen) -> None:
    wanted = seen(
        "the snapshot's revision",
        backups.etcd_snapshot_revision(restored.place, restored.snapshot),
        restored.place,
    )
    assert not wanted.empty, "a snapshot of nothing"
    eventually(
        lambda: backups.etcd_revision(restored.place),
        lambda found: found == wanted,
        expected=f"the restored etcd is at revision {wanted}",
        patience="restored",
        vantage=restored.place.name,
    )


@then("it has the note as it was")
def etcd_has_the_note(restored: Restored, scratch: Scratch, seen: Seen) -> None:
    key = f"/registry/configmaps/{scratch.namespace}/{NOTE}"
    found = seen(f"{key} in the restored etcd", backups.etcd_value(restored.place, key), restored.place)
    assert (BEFORE in found, AFTERWARDS in found) == (True, False)


@then("that server is unsealed")
def server_is_unsealed(vault_drill: VaultDrill, restored: Restored, eventually: Wait) -> None:
    eventually(
        lambda: vault.member(vault_drill.door(restored.job, anonymous=True), restored.job),
        lambda found: isinstance(found, Member) and found.state is vault.State.ACTIVE,
        expected="the restored server is unsealed, and leads itself",
        patience="restored",
    )


@then("it has the note of Vault as it was")
def server_has_the_note(
    vault_drill: VaultDrill, restored: Restored, scratch_kv: ScratchKv, eventually: Wait
) -> None:
    wanted = Kept(1, {KEY: digest(BEFORE)})
    eventually(
        lambda: vault.kept(vault_drill.door(restored.job), scratch_kv.mount, scratch_kv.path(NOTE)),
        lambda found: found == wanted,
        expected="the restored server has the note as it was written first",
        patience="restored",
    )
