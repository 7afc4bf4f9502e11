@decision
Feature: Storage: Proxmox CSI, ReadWriteOnce only
  Decision of the roadmap: volumes come from Proxmox CSI and are mounted by one node at a time. Longhorn V2, OpenEBS
  LocalPV and Rook-Ceph were tried and rejected.

  When this fails, the next update of an application hangs between two pods that want the same volume, or a claim is
  never bound.
  Not covered: charts that are not in the repository, unless the setting they document for it is known here.

  @id:decision-rwo-recreate
  Scenario: One replica with a volume of its own is replaced by Recreate
    Rationale: RollingUpdate starts the new pod while the old one holds the volume; three applications hung. What
    counts is the rendered Deployment: twice the values said Recreate in a place that the chart ignores.
    When the repository is held against the rule rwo-means-recreate
    Then nothing in it contradicts the decision

  @id:decision-no-shared-volumes
  Scenario: Nothing asks for a volume that several pods share
    Rationale: Proxmox CSI has ReadWriteOnce only; such a claim stays Pending. Shared volumes wait for the NFS class.
    When the repository is held against the rule no-shared-volumes
    Then nothing in it contradicts the decision

  @id:decision-no-rejected-storage
  Scenario: Rejected storage does not come back
    Rationale: Longhorn V2 takes a core of each worker for SPDK, OpenEBS LocalPV does not fit Talos' mounts, Rook-Ceph
    needs disks in the nodes and doubles what ZFS does.
    When the repository is held against the rule no-rejected-storage
    Then nothing in it contradicts the decision

  @id:decision-storage-classes-exist
  Scenario: Every storage class that is asked for exists
    Rationale: a claim for a class that nobody defines stays Pending for ever.
    When the repository is held against the rule storage-classes-exist
    Then nothing in it contradicts the decision
