@conformance
Feature: The CNI belongs to the infrastructure and never to GitOps
  Context: pods need a network before anything that runs in pods can work, GitOps included. Once GitOps owned
  the network it ran on, pruned it during a reconciliation, and no worker could pull an image any more.
  Decision: layer 01-infrastructure installs and changes the CNI. GitOps, of layer 02, never touches it.
  Consequence: the CNI is changed by a bootstrap, not by a commit.

  When this fails, the next reconciliation may take the network away from under the controller that runs it.
  Not covered: the repository's files (a commit that is not reconciled yet).

  @id:cni-not-owned-by-gitops
  Scenario: Nothing of the CNI is owned by GitOps
    Given all objects of the cluster that belong to a CNI
    Then there is at least one
    And none of them carries a label of GitOps
