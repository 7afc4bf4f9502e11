@disruptive @touches:vault
Feature: Vault survives the loss of any of its servers
  Two of three servers are enough to go on: they elect a leader, and what was acknowledged is on both. A server
  that starts again unseals itself, without anybody's help.

  When this fails, one restarted pod is the beginning of an outage: it stays sealed, the next one does too, and
  the third is no majority. Or worse, Vault forgets what it has said that it keeps.
  Not covered: the loss of two servers, of a volume, or of the key that unseals.

  Background:
    Given every node of the inventory is Ready
    And every workload of the platform has all its pods
    And Vault has all its servers, and each of them is unsealed
    And one of them leads, and takes what is written

  @id:vault-leader-killed
  Scenario: The leader is killed, another is elected, and nothing that was acknowledged is lost
    Given secrets of the scenario's own are written to Vault one after another
    When the leader's pod is killed while more are written
    Then within 30 seconds a leader has been elected anew, and takes what is written
    And every secret that was acknowledged is there
    And all its servers vote again, unsealed

  @id:vault-restart-unseals
  Scenario: A server that is started again unseals itself
    When the pod of a server that does not lead is killed
    Then another pod takes its place, and unseals itself

  @id:vault-sealed-server-named
  Scenario: A server that is sealed is named, and the others go on
    When the leader is sealed by its administrator
    Then that server is seen to be sealed, and no other
    And within 30 seconds a leader has been elected anew, and takes what is written
    When its pod is killed
    Then another pod takes its place, and unseals itself
