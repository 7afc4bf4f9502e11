"""A storage that was rejected."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="rejected-storage-returns",
    symptom="Workers burn a core each, or volumes do not mount.",
    cause="Longhorn, OpenEBS or Rook-Ceph is deployed again.",
    cure="Use the Proxmox CSI class; NFS for shared volumes.",
    told_by=contradicted(),
    about=("decision-no-rejected-storage",),
)
