"""Every storage class that is asked for exists."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _charts, _claims
from repository.values import get, maps, walk

NONE = {"", "-"}
DEFAULTS = {"csi-driver-nfs": "nfs", "longhorn": "longhorn", "nfs-subdir-external-provisioner": "nfs-client"}
"""What the class is called that a chart makes when its values do not say."""
MAKERS = ("csi", "ceph", "provisioner", "openebs", "longhorn", "piraeus", "linstor", "topolvm", "storage")
"""Parts of the names of charts that may make classes in a way that is not known here."""


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """Claims for a class that nothing defines."""
    known = set(_defined(repo))
    makers = sorted({each.chart for each in repo.releases if any(part in each.chart for part in MAKERS)})
    for claim in _claims.claims(repo):
        name = claim.class_name
        if name is None or name in NONE or name in known or claim.volume:
            continue
        if "${" in name:
            yield Unsure(claim.class_place, claim.owner, f"which class {name} will be")
        elif not _is_static(repo, name):
            there = ", ".join(sorted(known))
            if makers and not known:
                yield Unsure(
                    claim.class_place, claim.owner, f"whether {', '.join(makers)} makes the class {name}"
                )
            else:
                found = f"the claim {claim.name} asks for the class {name}, and there is {there}"
                yield Finding(
                    claim.class_place, claim.owner, found, "the name of a class that is defined, or none"
                )


def _defined(repo: Repository) -> Iterator[str]:
    """The names of the classes that manifests and the values of charts define."""
    yield from (each.name for each in (*repo.written, *repo.objects) if each.kind == "StorageClass")
    for release in repo.releases:
        if name := DEFAULTS.get(_charts.name_of(release)):
            yield name
        for path, value in walk(release.values):
            if path and path[-1] in {"storageClass", "storageClasses"}:
                yield from (str(each["name"]) for each in maps(value) if "name" in each)
                if name := get(value, "name"):
                    yield str(name)
    for block in repo.blocks:
        if block.labels and block.labels[0] in {"kubernetes_storage_class", "kubernetes_storage_class_v1"}:
            yield from (str(get(each.body, "name")) for each in block.inner("metadata"))


def _is_static(repo: Repository, name: str) -> bool:
    """Whether volumes are made for this class by hand."""
    return any(
        each.kind == "PersistentVolume" and each.get("spec", "storageClassName") == name
        for each in repo.written
    )


def _applies(repo: Repository) -> str:
    if not any(each.class_name not in {None, *NONE} for each in _claims.claims(repo)):
        return "nothing here asks for a storage class by name"
    if not set(_defined(repo)) and not any(
        any(part in each.chart for part in MAKERS) for each in repo.releases
    ):
        return "no storage class is defined here; whoever makes the cluster brings them"
    return ""


RULE = Rule(
    slug="storage-classes-exist",
    decision="Every storage class that is asked for exists",
    rationale="A claim for a class that nobody defines stays Pending for ever.",
    incident="storageclass-missing",
    applies=_applies,
    check=check,
)
