@conformance
Feature: What an application writes outlives its pod, and even its claim
  Volumes come from one class, the default: each is written by one node at a time (RWO) and kept when nobody claims
  it any more (Retain), so that nothing but the owner's own hand throws data away.

  When this fails, an application starts empty after a restart, waits for a volume for ever, or stands still with an
  old pod that holds the volume and a new one that wants it.
  Not covered: speed, snapshots, the loss of the disk; volumes that several nodes share (planned).

  @id:storage-class-default
  Scenario: The inventory's storage class is the only default, and it keeps what is released
    Then the only default storage class is the inventory's
    And its volumes are retained when they are released

  @id:claims-bound-and-rwo
  Scenario: Every claim is bound, and no volume is shared between nodes
    Then every claim of the cluster is bound to a volume
    And every volume of the cluster is for one node at a time

  @id:rwo-recreate
  Scenario: Whoever has such a volume and one replica lets go of it before the next pod takes it
    Given the Deployments of one replica that have a volume for one node, the applications of the inventory among them
    Then each of them has the strategy "Recreate"

  @id:volume-keeps-data
  Scenario: What one pod writes the next one reads
    Given a claim of the scenario's own, with a pod that has its volume
    When that pod writes a note on it
    And the pod is replaced by another one
    Then the new pod reads that very note

  @id:volume-outlives-claim
  Scenario: A volume outlives its claim
    Given a claim of the scenario's own, with a pod that has its volume
    When the pod and the claim are deleted
    Then the volume is still there, released and retained
