@bootstrap @requires:rebuild
Feature: Destroying leaves layer 00 and nothing else
  A destroy takes the cluster away: every layer but 00-persistent-auth, which holds what must outlive a rebuild,
  such as the key pair that the bootstrap secrets are sealed with. What is bootstrapped afterwards is a new cluster.

  When this fails, either the machine fills with the remains of dead clusters, or a rebuild is none: it works
  because something of the old cluster is still there, and the owner learns so when it is not.
  Not covered: copies outside the platform (the VPS' secondary zone, issued certificates, rate limits).

  @id:destroy-leaves-no-trace
  Scenario: The platform goes without a trace, and what is built again is fresh
    Given the owner keeps a note in the cluster
    When the platform is destroyed
    Then nothing of it is left on this machine but layer 00
    When the platform is bootstrapped from nothing
    Then it is another cluster, without the note
    And what was sealed for the old one is open in it, with the same values
    And layer 00 is as it was
