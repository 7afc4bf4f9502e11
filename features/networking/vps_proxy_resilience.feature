@disruptive
Feature: Public websites survive the loss of what stands between the visitor and them
  The VPS passes every connection on to the ingress VIP: over the tailnet's route, to the node that announces the
  VIP, to one of two ingress pods. Each of these may be lost, and the visitor must be served again without
  anybody's help. (Roadmap: "VPS proxy resilience testing".)

  When this fails, every public website stays dark although the cluster has long recovered.
  Not covered: connections that are open at the moment of the loss; the loss of the VPS itself.

  Background:
    Given every node of the inventory is Ready
    And every workload of the platform has all its pods
    And every website of the cluster answers a visitor from the public internet

  @id:ingress-pod-killed @touches:ingress @touches:registry @touches:vault
  Scenario: The visitor is served again when one ingress pod has died
    When one pod of the ingress controller is killed
    Then within 15 seconds every website answers the visitor again
    And the ingress controller has its pods again, each on another node

  @id:ingress-node-lost @requires:power
  Scenario: The visitor is served again when the node that announces the ingress VIP has died
    When the node that announces the ingress VIP is powered off
    Then within 90 seconds every website answers the visitor again
    And another node announces the ingress VIP
    When the node is powered on again
    Then every node of the inventory is Ready again

  @id:tailnet-route-restored @requires:processes
  @touches:ingress @touches:powerdns @touches:registry @touches:tailnet @touches:vault
  Scenario: The visitor is served again when the tailnet's route has come back
    When the VPS loses the tailnet's route to the cluster
    Then no website answers the visitor
    When the VPS has the tailnet's route to the cluster again
    Then within 10 seconds every website answers the visitor again
