"""Known causes of volumes that are not made, not kept, or waited for in vain."""

from __future__ import annotations

from diagnosis.chapters.storage import Look
from diagnosis.incident import Evidence, Incident, contradicted, either
from diagnosis.look import seen
from probes.storage import Holder, StorageClass

_ONE_NODE = {"ReadWriteOnce", "ReadWriteOncePod"}


def _classes(evidence: Evidence) -> set[StorageClass]:
    look = evidence.look(Look)
    return {*evidence.facts(StorageClass), *(seen(look.classes, ()) if look else ())}


def _second_default(evidence: Evidence) -> bool:
    return len({each.name for each in _classes(evidence) if each.default}) > 1


def _no_provisioner(evidence: Evidence) -> bool:
    look = evidence.look(Look)
    if look is None:
        return False
    holders = {(each.namespace, each.name) for each in seen(look.holders, ()) if each.claims}
    return any(
        each.kind == "Deployment" and each.ready == 0 and (each.namespace, each.name) not in holders
        for each in seen(look.provisioners, ())
    )


def _rolled(evidence: Evidence) -> bool:
    """A Deployment of one replica rolls, and has a volume that one node, or one pod, at a time may mount."""
    look = evidence.look(Look)
    claims = seen(look.claims, ()) if look else ()
    alone = {(each.namespace, each.name) for each in claims if set(each.access_modes) <= _ONE_NODE}

    def waits_for_itself(one: Holder) -> bool:
        held = any((one.namespace, claim) in alone for claim in one.claims)
        return one.replicas == 1 and one.strategy == "RollingUpdate" and held

    return any(map(waits_for_itself, (*evidence.facts(Holder), *(seen(look.holders, ()) if look else ()))))


INCIDENTS = (
    Incident(
        slug="second-default-class",
        symptom="A claim without a class gets a volume of a class that nobody planned.",
        cause="A chart brought its own default class.",
        cure="Take the mark away from the second one.",
        matches=_second_default,
        about=("storage/volumes",),
        reproduce="pytest -m conformance --fault second_default_class",
    ),
    Incident(
        slug="provisioner-down",
        symptom="Claims stay Pending, pods wait for them.",
        cause="The storage provisioner has no ready pod.",
        cure="Scale it up; look at its log.",
        matches=_no_provisioner,
        about=("storage/volumes",),
        reproduce="pytest -m conformance --fault provisioner_absent",
    ),
    Incident(
        slug="rwo-rolling-deadlock",
        symptom="A new pod waits for the volume of the old one, which is kept until the new one is ready.",
        cause="The strategy is RollingUpdate with one replica and an RWO volume.",
        cure="Set the strategy to Recreate, where the chart reads it.",
        matches=either(contradicted, _rolled),
        about=("storage/volumes", "decisions/repository/storage", "decision-rwo-recreate"),
        reproduce="pytest -m conformance --fault rwo_rolled",
    ),
    Incident(
        slug="storageclass-missing",
        symptom='A claim is Pending, "storageclass not found".',
        cause="A manifest names a class that was renamed or never there.",
        cure="Name the class that is defined, or none for the default.",
        matches=contradicted,
        about=("decision-storage-classes-exist",),
        unproven="Only the owner's repository shows it; the fixtures of its rule prove it.",
    ),
    Incident(
        slug="rwx-not-available",
        symptom="A claim is Pending for ever.",
        cause="It asks for ReadWriteMany, and the class has ReadWriteOnce.",
        cure="Give each pod its own, or wait for the NFS class.",
        matches=contradicted,
        about=("decision-no-shared-volumes",),
        unproven="Only the owner's repository shows it; the fixtures of its rule prove it.",
    ),
    Incident(
        slug="rejected-storage-returns",
        symptom="Workers burn a core each, or volumes do not mount.",
        cause="Longhorn, OpenEBS or Rook-Ceph is deployed again.",
        cure="Use the Proxmox CSI class; NFS for shared volumes.",
        matches=contradicted,
        about=("decision-no-rejected-storage",),
        unproven="Only the owner's repository shows it; the fixtures of its rule prove it.",
    ),
    Incident(
        slug="csi-401-token-desync",
        symptom="Volumes stay Pending; the driver is refused with 401.",
        cause="Layer 00 made a new token when it was evaluated again, after the old one had been sealed.",
        cure="Make it once and keep it; a second bootstrap changes nothing.",
        about=(
            "bootstrap/second_run",
            "planned/*",
            "second-bootstrap-changes-nothing",
            "claims-bound-and-rwo",
            "volume-keeps-data",
        ),
        unproven="The lab has no Proxmox whose API refuses a token, and no layer that is evaluated again.",
    ),
)
