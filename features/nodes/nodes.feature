@conformance
Feature: The cluster consists of the planned nodes
  Three controllers (the machines of the control plane) and two workers carry the platform, each at its planned
  address, in its role and with the planned version. The inventory is the plan; the cluster has these nodes and no
  others.

  When this fails, the owner sees pods that stay Pending, a node that answers at another address after a
  reboot, or workloads on a controller.
  Not covered: what a node is made of (CPU, memory, disks), labels for topology and storage.

  @id:nodes-ready
  Scenario: All planned nodes are Ready and stay so
    Then the cluster has the nodes of the inventory and no others
    And every node of the inventory is Ready and stays Ready

  @id:ready-node-starts-pods
  Scenario: A Ready node really starts pods
    When a pod that says its own name is started on every node of the inventory
    Then every one of these pods says its own name

  @id:nodes-have-addresses
  Scenario: Every node has its planned address
    Then Kubernetes knows every node by its planned address alone

  @id:node-card-single-ipv4
  Scenario: Every node has one IPv4 address on its network card
    Then on every node the network card has the planned address
    And only the holder of the API VIP has a second one, the VIP itself

  @id:nodes-have-roles
  Scenario: Every node has its role
    Then every node has the role that the inventory plans
    And the controllers, and they alone, repel ordinary workloads

  @id:nodes-have-version
  Scenario: Every node runs the planned Kubernetes version
    Then the kubelet of every node has the planned version
    And the API has the planned version

  @id:nodes-have-pod-network
  Scenario: Every node has pod addresses of its own
    Then every node has a range of pod addresses inside the pod network
    And no two of these ranges overlap
