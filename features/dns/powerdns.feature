@conformance
Feature: The cluster's own name server is the source of its names
  PowerDNS, in the cluster, keeps the zone of the owner's domain and answers for it at the DNS VIP. The VPS copies
  the zone from there, pods resolve the owner's names there, and certificates are proven through it.

  When this fails, the world goes on with what it has: old names live on, new ones never appear, and once the
  zone has expired at the VPS none of the owner's names exists any more.
  Not covered: DNSSEC, IPv6, the database behind PowerDNS and what becomes of it without its volume.

  @id:powerdns-answers-at-vip
  Scenario Outline: From <where> PowerDNS answers over <protocol> at the DNS VIP
    When <where> asks the DNS VIP over <protocol> for the SOA of the owner's domain
    Then the answer is the SOA of the owner's domain, with authority

    Examples:
      | where                      | protocol |
      | the operator's workstation | UDP      |
      | the operator's workstation | TCP      |
      | the VPS                    | UDP      |
      | the VPS                    | TCP      |

    @each:worker
    Examples:
      | where                     | protocol |
      | a pod on the <nth> worker | TCP      |

  @id:unknown-name-nxdomain
  Scenario: A name that nobody has is denied, and other zones are not served
    Then at the DNS VIP a name that nobody has is denied, with authority and the domain's SOA
    And at the DNS VIP a name of the parent's zone is refused

  @id:pods-resolve-owner-names
  Scenario: Pods resolve the owner's names as the primary has them
    When a pod on the second worker asks the cluster's DNS for the test website's address
    Then it is told what the primary has

  @id:dns-vip-on-every-node
  Scenario: Whichever node its packets enter by, they reach PowerDNS
    Then the services with the DNS VIP have the traffic policy "Cluster" and serve port 53 over UDP and TCP

  @id:powerdns-mtu-probing
  Scenario: PowerDNS' pod has TCP MTU probing on
    Then in PowerDNS' pod the kernel has "net.ipv4.tcp_mtu_probing" set to "1"
    And the namespace of PowerDNS admits pods that ask for it

  @id:powerdns-not-intercepted
  Scenario: PowerDNS' pod asks Cilium not to intercept DNS
    Then PowerDNS' pod keeps Cilium from intercepting "53/TCP,53/UDP"

  @id:axfr-allowed-networks
  Scenario: PowerDNS hands out the zone to the planned networks, and to no other
    Then PowerDNS lets exactly the planned networks copy its zones

  @id:unsigned-update-refused
  Scenario Outline: Nobody changes the zone from <where> without a key
    Then from <where> an update of the zone without a key is refused

    Examples:
      | where                      |
      | the operator's workstation |
      | the VPS                    |

  @id:powerdns-api-cluster-only
  Scenario: The API of PowerDNS is there for the cluster only
    Then the API of PowerDNS has an address inside the cluster, and none outside
    And from the VPS nothing answers at the DNS VIP on the port of that API
