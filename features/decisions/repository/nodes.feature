@decision
Feature: Nodes: Talos is configured when it is made, and pulls without Harbor too
  Decision of the roadmap: all of a machine's configuration is there before its kubelet starts, and registry mirrors
  fall back to the registry itself, so that a bootstrap needs nothing of what it brings.

  When this fails, a bootstrap hangs at nodes that never become Ready or at images that nobody serves.
  Not covered: what a machine makes of its configuration.

  @id:decision-mirrors-fall-back
  Scenario: A registry mirror has a fallback
    Rationale: Harbor runs in the cluster that pulls through it. Without a second endpoint nothing can be pulled before
    Harbor is there, nor when it is down.
    When the repository is held against the rule mirrors-fall-back
    Then nothing in it contradicts the decision

  @id:decision-no-runtime-talos-patches
  Scenario: Talos' configuration is not patched at run time
    Rationale: a patch at run time restarts the kubelet, and a race of Talos then keeps workers from ever mounting.
    When the repository is held against the rule no-runtime-patches
    Then nothing in it contradicts the decision

  @id:decision-workers-without-dhcp
  Scenario: Workers do not ask DHCP for an address
    Rationale: the address is in the image. A second one by DHCP made nodes announce themselves by the wrong one.
    When the repository is held against the rule workers-without-dhcp
    Then nothing in it contradicts the decision

  @id:decision-api-listens-on-ipv4
  Scenario: The API listens on IPv4
    Rationale: bound to the IPv6 wildcard it did not answer at its VIP, and the CNI was never installed.
    When the repository is held against the rule api-listens-on-ipv4
    Then nothing in it contradicts the decision
