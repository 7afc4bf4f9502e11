@conformance
Feature: Nothing that the cluster runs waits for itself
  Vault is there first; External Secrets brings its values into the cluster; the identity provider and the applications
  are given them at their start. Whatever is needed by somebody must be there without that somebody.

  When this fails, the cluster runs as long as nobody stops it: at the next rebuild an application waits for a Secret that
  is made only when the application is there, as Gitea did for ten hours.
  Not covered: what programs ask of each other once they run; Secrets that are not made from anything.

  @id:dependencies-acyclic
  Scenario: Following what is needed never leads back
    Given which Secrets every workload needs at its start, and what makes each of them
    Then from Gitea and from Matrix this leads to Vault's servers
    And from nothing does it lead back to itself
