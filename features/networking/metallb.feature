Feature: Services of type LoadBalancer get an address of the owner's network
  MetalLB hands out addresses of the planned pools and announces them on the nodes' network. Addresses with a
  meaning (ingress, DNS) go only to services that ask for them; all other services share services-pool.

  When this fails, a service waits for its EXTERNAL-IP for ever, has one that nobody answers at, or takes the
  address of the ingress, and every website of the owner goes dark.
  Not covered: BGP; that clients keep their source address.

  @conformance
  Scenario: The pools are exactly the planned ones
    Then MetalLB has the pools of the inventory, with exactly their ranges, and no others

  @conformance
  Scenario Outline: <pool> hands out its addresses <when>
    Then MetalLB's <pool> hands out its addresses <when>

    Examples:
      | pool          | when                |
      | ingress-pool  | only when asked for |
      | dns-pool      | only when asked for |
      | services-pool | to whoever comes    |

  @conformance @incident:metallb-announces-lxc
  Scenario: A service that asks for nothing gets an address of services-pool and answers there
    When a service of type LoadBalancer is created
    Then it has an address of services-pool
    And from the operator's workstation it answers at that address
    And from the VPS it answers at that address

  @conformance
  Scenario: A reserved address goes only to a service that asks for it
    When a service of type LoadBalancer is created
    And a service of type LoadBalancer is created that asks for ingress-pool
    Then each address of ingress-pool belongs to a service that asked for it
    And the service that asked for nothing has an address of services-pool

  @disruptive @touches:services-pool
  Scenario: A full pool is said to be full
    When services-pool is used up
    Then the next service of type LoadBalancer has no address, and is told that none is available
    When one of the others is deleted
    Then the next service has its address

  @disruptive @requires:power
  Scenario: An address moves when the node that announces it dies
    Given every node of the inventory is Ready
    And a service of type LoadBalancer answers from the operator's workstation
    When the node that announces its address is powered off
    Then within 30 seconds it answers again, from the operator's workstation
    And another node announces its address
