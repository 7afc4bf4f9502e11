@bootstrap @requires:rebuild
Feature: A second bootstrap changes nothing
  The bootstrap describes a state and not a sequence: run again on a platform that is as it should be, it looks
  at everything and touches nothing. So the owner may run it at any time, to repair or to be sure.

  When this fails, the second run has rotated a credential, replaced an object or restarted a service, and
  those who held the old one are in trouble hours later.
  Not covered: what containers keep in memory; objects that expire and renew by themselves (leases, events); jobs that
  run by the clock.

  @id:second-bootstrap-changes-nothing
  Scenario: Bootstrapping a platform that is up leaves everything as it was
    Given the platform as it is now
    When the platform is bootstrapped again
    Then every unit of the plan was found ready
    And no object of the cluster has been created, changed, replaced or deleted
    And no service of a node has been restarted
    And layer 00 is as it was
