@decision
Feature: Addresses: MetalLB announces exact pools, the tailnet's route covers them
  Decision of the roadmap: one address for the ingress, one for DNS, the next ones for services; the controllers
  advertise one route that covers them and the VIP of the API.

  When this fails, a service takes the address of another, or every public site goes dark while all is well at home.
  Not covered: what else on the network uses an address.

  @id:decision-pools-exact
  Scenario: Pools are exact and do not overlap
    Rationale: the VPS and the parent zone know the ingress and the DNS VIP by address. A pool that gives addresses to
    whoever asks must not hold them.
    When the repository is held against the rule pools-are-exact
    Then nothing in it contradicts the decision

  @id:decision-routes-cover-pools
  Scenario: Advertised routes are networks, and they cover the pools
    Rationale: a route with host bits stopped the tailnet on every controller, and the VPS lost the cluster.
    When the repository is held against the rule routes-cover-the-pools
    Then nothing in it contradicts the decision
