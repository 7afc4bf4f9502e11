@planned @disruptive @requires:power
Feature: Public websites survive the loss of the node behind the ingress VIP
  The VPS passes every connection on to the ingress VIP. When the node that announces the VIP dies another one
  takes over, and the proxy must follow without anybody's help. (Roadmap: "VPS proxy resilience testing".)

  Until it is built, no website answers through the VPS. When it fails later, every public website stays dark
  although the cluster has long recovered.
  Not covered: connections that are open at the moment of the loss.

  Scenario: A website answers again when the announcing node has died
    Given from the public internet the identity provider's website answers
    When the node that announces the ingress VIP is powered off
    Then within 60 seconds that website answers again, from the public internet
