@disruptive
Feature: A snapshot brings back what was there when it was taken
  A backup is worth what comes out of it. The drill takes a snapshot by the platform's own job, changes what was kept, and
  restores into a server beside the platform's, which goes on undisturbed.

  When this fails, the snapshots are of no use, and the owner learns so on the day when they are needed.
  Not covered: how the platform itself is brought back from one; snapshots that are carried elsewhere.

  Background:
    Given every node of the inventory is Ready
    And every workload of the platform has all its pods

  @id:etcd-restore @touches:etcd
  Scenario: etcd comes back from its snapshot
    Given a note that is kept in the cluster
    When a snapshot of etcd is taken
    And the note in the cluster is changed
    And the newest snapshot is restored into an etcd of the scenario's own
    Then that etcd is at the revision of the snapshot
    And it has the note as it was

  @id:vault-restore @touches:vault
  Scenario: Vault comes back from its snapshot
    Given a note that is kept in Vault
    When a snapshot of Vault is taken
    And the note in Vault is changed
    And the newest snapshot is restored into a server of the scenario's own
    Then that server is unsealed
    And it has the note of Vault as it was
