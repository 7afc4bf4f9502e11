@conformance
Feature: The VPS reaches the cluster's addresses through the tailnet, and the internet does not
  The controllers advertise one route into the tailnet. It covers the VIPs and every pool of MetalLB, so that
  the VPS' proxy and its secondary name server reach the cluster; nobody else outside does.

  When this fails, every public website of the owner goes dark while all is well at home; or the cluster is
  open to the world.
  Not covered: how the tailnet authenticates its members; which controller holds the route.

  @id:route-covers-vips
  Scenario: The planned route covers everything that must be reached
    Then the planned route covers the API VIP, the ingress VIP and the DNS VIP
    And the planned route covers every address of every pool of MetalLB

  @id:vps-route-over-tailnet
  Scenario: The VPS goes through the tailnet to the VIPs
    Then on the VPS the ways to the API VIP, the ingress VIP and the DNS VIP lead through the tailnet
    And on the VPS the way to the public internet does not
    And from the VPS a connection to the API at its VIP is accepted

  @id:api-vip-unreachable-from-internet
  Scenario: The public internet has no way to the API VIP
    Then from the public internet the VPS is reached
    But from the public internet the API VIP is not reached

  @id:tailnet-mtu
  Scenario: The tailnet's packets are small
    Then on the VPS the MTU of the way to the API VIP is 1280 bytes
