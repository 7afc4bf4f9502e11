@conformance
Feature: What cannot be made again is backed up
  Jobs take a snapshot of etcd and one of Vault every night. (Roadmap: "Backup and recovery documentation and etcd backup
  automation". That they can be restored is platform/restore_drill.)

  When this fails, a cluster that loses two controllers' disks is lost with everything that is not in git; and so is every
  password that only Vault has.
  Not covered: copies outside of the cluster; the file itself where its volume is no folder of a node's.

  @id:snapshot-age
  Scenario Outline: The last snapshot of <store> is not older than a day
    Given the job that takes snapshots of <store>
    Then it last succeeded at most 25 hours ago
    And nobody has suspended it
    And what it wrote in the last 25 hours is there and not empty, where a node has it

    Examples:
      | store |
      | etcd  |
      | Vault |
