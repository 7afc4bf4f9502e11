@conformance
Feature: The nodes are set up as the platform needs them
  A pod may turn on TCP MTU probing, which is how zone transfers survive the tailnet's smaller MTU, and may turn
  no other unsafe kernel setting. Clocks agree, every service of a node runs, and no address is left over.

  When this fails, zone transfers hang after their first bytes, certificates are "not yet valid", or a node
  calls itself Ready while a service of it is down.
  Not covered: whether TCP MTU probing cures the transfer (a matter of DNS), the kernel's version and modules.

  @id:node-sysctls
  Scenario: On every node a pod may turn on TCP MTU probing, and no other unsafe setting
    When on every node a pod asks for "net.ipv4.tcp_mtu_probing" = "1"
    And on every node a pod asks for "net.core.somaxconn" = "1024"
    Then the pods that asked for "net.ipv4.tcp_mtu_probing" run and have it set to "1"
    But the pods that asked for "net.core.somaxconn" are refused, because it is forbidden

  @id:node-clocks
  Scenario: The clocks of all nodes agree
    Then the clock of every node is at most 1 second off the operator's workstation

  @id:node-services-run
  Scenario: Every service of every node runs
    Then on every node the kubelet and the container runtime run
    And on no node a service is down or failed

  @id:node-single-ipv4
  Scenario: No interface of a node has a second address
    Then on every node each interface has at most one IPv4 address, the API VIP aside
