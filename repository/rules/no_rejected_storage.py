"""Longhorn, OpenEBS and Rook-Ceph were tried or weighed, and rejected; they must not come back."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule

REJECTED = ("longhorn", "openebs", "rook-ceph")


def check(repository: Repository) -> Iterator[Finding]:
    """HelmReleases of a rejected chart, and storage classes of a rejected provisioner."""
    for one in repository.kinds("HelmRelease"):
        chart = str(one.get("spec", "chart", "spec", "chart", default=""))
        if any(word in chart for word in REJECTED):
            yield Finding(
                one.at("spec", "chart", "spec", "chart"),
                str(one),
                f"it installs the chart {chart}, which was rejected",
                "proxmox-csi, or an NFS export for shared volumes",
            )
    for one in repository.kinds("StorageClass"):
        provisioner = str(one.get("provisioner", default=""))
        if any(word.replace("-ceph", "") in provisioner for word in REJECTED):
            yield Finding(one.at("provisioner"), str(one), f"its provisioner is {provisioner}", "proxmox-csi")


RULE = Rule(
    slug="no-rejected-storage",
    decision="No Longhorn, OpenEBS or Rook-Ceph",
    rationale="Replicated storage on one hypervisor multiplies writes and saves nothing.",
    check=check,
)
