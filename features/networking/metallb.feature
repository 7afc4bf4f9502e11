Feature: Services of type LoadBalancer get an address of the owner's network
  MetalLB hands out addresses of the planned pools and announces them on the nodes' network. Addresses with a
  meaning (ingress, DNS) go only to services that ask for them; all other services share a pool.

  When this fails, a service waits for its EXTERNAL-IP for ever, has one that nobody answers at, or takes the
  address of the ingress, and every website of the owner goes dark.
  Not covered: BGP; that clients keep their source address.

  @id:pools-as-planned @conformance
  Scenario: The pools are exactly the planned ones
    Then MetalLB has the pools of the inventory, with exactly their ranges, and no others

  @id:pool-assignment @conformance
  Scenario Outline: <pool> hands out its addresses <when>
    Then MetalLB's <pool> hands out its addresses <when>

    @each:pool
    Examples:
      | pool   | when   |
      | <pool> | <when> |

  @id:services-pool-auto-assigned @conformance
  Scenario: A service that asks for nothing gets an address of the shared pool and answers there
    When a service of type LoadBalancer is created
    Then it has an address of the shared pool
    And from the operator's workstation it answers at that address
    And from the VPS it answers at that address

  @id:reserved-address-on-request @conformance
  Scenario: A reserved address goes only to a service that asks for it
    When a service of type LoadBalancer is created
    And a service of type LoadBalancer is created that asks for the pool of the ingress VIP
    Then each address of the pool of the ingress VIP belongs to a service that asked for it
    And the service that asked for nothing has an address of the shared pool

  @id:pool-exhausted @disruptive @touches:services-pool
  Scenario: A full pool is said to be full
    When the shared pool is used up
    Then the next service of type LoadBalancer has no address, and is told that none is available
    When one of the others is deleted
    Then the next service has its address

  @id:address-moves @disruptive @requires:power
  Scenario: An address moves when the node that announces it dies
    Given every node of the inventory is Ready
    And a service of type LoadBalancer answers from the operator's workstation
    When the node that announces its address is powered off
    Then within 30 seconds it answers again, from the operator's workstation
    And another node announces its address
