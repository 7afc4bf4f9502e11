"""Nothing asks for a volume that several pods share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _claims
from repository.rules._claims import Claim

SHARING = re.compile(r"nfs|smb|cifs|cephfs|\.file\.|glusterfs", re.IGNORECASE)
"""Provisioners and drivers whose volumes may be shared."""
SATISFIES = "ReadWriteOnce; or an NFS class, once there is one"


def check(repo: Repository) -> Iterator[Finding]:
    """Claims for ReadWriteMany whose class cannot have it."""
    for claim in _claims.claims(repo):
        wanted = [each for each in claim.modes if each in {"ReadWriteMany", "RWX"}]
        if wanted and not _can_share(repo, claim):
            said = f"the class {claim.class_name}" if claim.class_name else "the default class"
            what = f"the claim {claim.name} asks for {wanted[0]} of {said}"
            yield Finding(claim.modes_place, claim.owner, what, SATISFIES)


def _can_share(repo: Repository, claim: Claim) -> bool:
    """Whether the claim is for a volume that was made for it, or for a class of a sharing file system."""
    volumes = [each for each in repo.written if each.kind == "PersistentVolume"]
    for volume in volumes:
        bound = volume.get("spec", "claimRef", "name") == claim.name or volume.name == claim.volume
        same = claim.class_name and volume.get("spec", "storageClassName") == claim.class_name
        if bound or same:
            return True
    for one in repo.written:
        if one.kind == "StorageClass" and one.name == claim.class_name:
            return bool(SHARING.search(str(one.get("provisioner"))))
    return bool(claim.class_name and SHARING.search(claim.class_name))


RULE = Rule(
    slug="no-shared-volumes",
    decision="Nothing asks for a volume that several pods share",
    rationale=(
        "Proxmox CSI has ReadWriteOnce only; such a claim stays Pending. Shared volumes wait for the NFS class."
    ),
    incident="rwx-not-available",
    applies=lambda repo: "" if next(_claims.claims(repo), None) else "nothing here asks for a volume",
    check=check,
)
