"""Rejected storage does not come back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _charts
from repository.values import get, maps

CHARTS = re.compile(r"^(?:longhorn|openebs|localpv-provisioner|mayastor|rook-ceph|rook-ceph-cluster)$")
PROVISIONERS = re.compile(r"longhorn\.io|openebs\.io|^rook-ceph\.")
SATISFIES = "Proxmox CSI; for volumes that several pods share, an NFS export"


def check(repo: Repository) -> Iterator[Finding]:
    """Releases and classes of a rejected storage; dependencies of charts and releases of helmfiles too."""
    for release in repo.releases:
        if CHARTS.match(name := _charts.name_of(release)):
            yield Finding(release.object.at("spec"), str(release), f"it installs the chart {name}", SATISFIES)
    for one in {each.at(): each for each in (*repo.objects, *repo.written)}.values():
        provisioner = str(one.get("provisioner", default=""))
        if one.kind == "StorageClass" and PROVISIONERS.search(provisioner):
            yield Finding(one.at("provisioner"), str(one), f"its provisioner is {provisioner}", SATISFIES)
    for document in repo.documents:
        if "crd" in document.file.rpartition("/")[2].lower():
            continue  # A helmfile that only takes the kinds out of the charts.
        for key in ("dependencies", "releases"):
            for number, each in enumerate(maps(get(document.body, key))):
                name = _charts.base(str(each.get("chart") or each.get("name") or ""))
                if CHARTS.match(name) and (each.get("chart") or each.get("repository")):
                    yield Finding(
                        document.at(key, number), document.file, f"it installs the chart {name}", SATISFIES
                    )


RULE = Rule(
    slug="no-rejected-storage",
    decision="Rejected storage does not come back",
    rationale=(
        "Longhorn V2 takes a core of each worker for SPDK, OpenEBS LocalPV does not fit Talos' mounts, Rook-Ceph needs "
        "disks in the nodes and doubles what ZFS does."
    ),
    incident="rejected-storage-returns",
    check=check,
)
