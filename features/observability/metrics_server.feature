@conformance
Feature: kubectl top works
  metrics-server asks every kubelet for what its node and its pods use and offers it as the Metrics API, which
  the owner sees as "kubectl top" and autoscalers read.

  When this fails, "kubectl top" says that metrics are not available, of one node or of all, and nothing
  scales any more.
  Not covered: history (that is Prometheus' part), and whether the figures are right.

  @id:node-metrics
  Scenario: Every node reports what it uses
    Then the Metrics API has processor and memory use of every node of the inventory
    And "kubectl top nodes" on the operator's workstation lists every node of the inventory

  @id:pod-metrics
  Scenario: A new pod is measured
    When a pod that says its own name is started on every node of the inventory
    Then the Metrics API has memory use of every one of these pods
