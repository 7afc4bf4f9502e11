@planned
Feature: Pods on several nodes share a volume
  Media libraries and downloads are written by one pod and read by others. The roadmap plans a storage class
  over NFS for them, beside the present one, whose volumes one node at a time may mount.

  Until it is built, no storage class of the cluster is of NFS. When it fails later, pods stay in
  ContainerCreating and media services do not see each other's files.
  Not covered: speed, snapshots, what happens when the file server is away.

  @id:planned-shared-volume
  Scenario: What one node writes another node reads
    Given a storage class of NFS
    When a volume of that class is mounted by a pod on every worker
    And the pod on the first worker writes a note on it
    Then the pod on the second worker reads that very note
