@conformance
Feature: Whatever is given an Ingress is reached by the public internet, by name and with a trusted certificate
  An Ingress is all that an owner writes. external-dns puts its name into the cluster's zone, the VPS transfers the
  zone, cert-manager proves the name to the authority by a record that travels the same way, and the visitor comes
  back along the whole path: public resolver, VPS, tailnet, ingress VIP, service.

  When this fails, a new website stays invisible or shows a warning. The report says which hop was the last one
  that was passed, and how many seconds each of them took.
  Each run asks the authority for one new certificate here, and for a wildcard in certificates/issuance.
  Not covered: IPv6; how long a resolver somewhere in the world remembers an older answer. On a platform that
  refreshes its zone every three hours this takes as long.

  @id:new-website-public
  Scenario: A new website becomes reachable from the public internet, hop by hop
    When a website of the scenario's own is created
    Then within 60 seconds the primary gives its name the address of the VPS
    And within the zone's refresh interval the VPS gives its name the same address
    And its certificate is issued
    And from the public internet it answers over HTTPS, with a chain of the environment's authority
    And the seconds of each hop are on record:
      | the name is at the primary |
      | the name is at the VPS     |
      | the certificate is issued  |
      | the visitor is answered    |

  @id:removed-website-gone
  Scenario: A website that is removed loses its name everywhere, and its neighbours keep theirs
    Given two websites of the scenario's own, whose names are at the VPS
    When the first of them is removed
    Then within 60 seconds the primary knows nothing of its name
    And within the zone's refresh interval the VPS knows nothing of its name either
    And all other names are at both as they were before

  @id:websites-answer-visitor
  Scenario: Every website of the cluster answers a visitor from the public internet
    Given the websites of the cluster
    Then from the public internet each of them answers over HTTPS, with a chain of the environment's authority
    And the public resolver gives each of their names the address of the VPS, and no other
