@planned
Feature: etcd is backed up
  A job named etcd-snapshot, in the namespace kube-system, takes a snapshot of etcd every day. (Roadmap: "Backup and
  recovery documentation and etcd backup automation".)

  Until it is built, there is no such job. When it fails later, a cluster that loses two controllers' disks is
  lost with everything that is not in git.
  Not covered: where the snapshot is kept and whether it can be restored.

  Scenario: The last snapshot of etcd is not older than a day
    Then the job etcd-snapshot last succeeded at most 24 hours ago
