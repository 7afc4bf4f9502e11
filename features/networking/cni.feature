@conformance
Feature: Pods reach each other wherever they run
  Every pod has an address that every other pod and every node reaches directly; services and their names lead
  to the pods behind them. All of it is there as soon as a node is Ready.

  When this fails, applications time out in some combinations of nodes only, and the same deployment works
  after a restart, when its pods happen to land elsewhere.
  Not covered: network policies, traffic that leaves the cluster, IPv6.

  @id:pod-to-pod
  Scenario Outline: From <from> a pod on <to> is reached by its address
    Given a pod that says its own name runs on <to>
    When <from> sends it a request at its address
    Then that very pod answers

    Examples: within one node, and from a worker to the control plane
      | from                        | to                   |
      | a pod on the first worker   | the first worker     |
      | a pod on the first worker   | the first controller |
      | the first controller itself | the first worker     |

    @each:other-worker
    Examples: to a worker, from other nodes
      | from                          | to               |
      | a pod on the first worker     | the <nth> worker |
      | a pod on the first controller | the <nth> worker |
      | the first worker itself       | the <nth> worker |
      | the API server                | the <nth> worker |

    @each:another-control-plane-node
    Examples: from one control-plane node to another
      | from                          | to                   |
      | a pod on the first controller | the <nth> controller |

  @id:pod-to-service
  Scenario Outline: From a pod on every node a service is reached by <how>
    Given a pod that says its own name runs on every worker
    When a pod on every node sends a request to the service in front of them by <how>
    Then each time one of them answers

    Examples:
      | how         |
      | its address |
      | its name    |

  @id:cluster-dns
  Scenario: The cluster's DNS knows services by name, and only those that exist
    Given a pod that says its own name runs on the first worker
    When a pod on the last worker asks the cluster's DNS
    Then the service in front of it has its address by name
    But a service that does not exist is answered with "NXDOMAIN"
