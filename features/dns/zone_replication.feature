Feature: The public name server serves what the cluster publishes
  The VPS is a secondary: each time the SOA's refresh is over it asks the DNS VIP, over the tailnet, for the
  serial, and copies the zone if there is a newer one. It serves the copy to the world and hands it to nobody.

  When this fails, new host names never appear outside and no certificate is issued for them; when the SOA
  expires, all names vanish.
  Not covered: DNSSEC, incremental transfers, how long resolvers keep what they were told.

  @id:axfr-complete @conformance
  Scenario Outline: <who> gets the whole zone from the primary
    When <who> copies the zone from the DNS VIP
    Then the copy is complete
    And it has every record that PowerDNS keeps, and no other

    Examples:
      | who                       |
      | the VPS                   |
      | a pod on the first worker |

  @id:secondary-within-refresh @conformance
  Scenario: The VPS is behind the primary by no more than the refresh interval
    Then within the zone's refresh interval the VPS has the serial that the primary has now

  @id:secondary-serves-every-record @conformance
  Scenario: The VPS serves the primary's zone record for record
    When the VPS has what the primary has
    Then from the public internet the VPS tells of every record what the primary keeps

  @id:soa-timers @conformance
  Scenario: The SOA asks secondaries to come as often as planned
    Then at the primary and at the VPS the SOA has the planned refresh and retry

  @id:axfr-from-vps-refused @conformance
  Scenario Outline: <who> gets no copy of the zone from the VPS
    When <who> asks the VPS for a copy of the zone
    Then the copy is refused

    Examples:
      | who                        |
      | the public internet        |
      | the operator's workstation |

  @id:primary-unreachable-from-internet @conformance
  Scenario: The public internet has no way to the primary
    When the public internet asks the DNS VIP for a copy of the zone
    Then there is no way there

  @id:new-name-public @conformance
  Scenario: A new name is public within the refresh interval
    Given an Ingress with a host name of its own
    When the primary has its record
    Then within the zone's refresh interval the VPS tells the public internet its address

  @id:axfr-grown-zone @conformance
  Scenario: A zone that has grown crosses the tailnet whole
    Given an Ingress with 100 host names of its own
    When the primary has its records
    And the VPS copies the zone from the DNS VIP
    Then the copy is complete
    And it has every record that PowerDNS keeps, and no other
    And within the zone's refresh interval the VPS tells the public internet its addresses

  @id:axfr-large-zone @disruptive @touches:powerdns
  Scenario: A zone of 10,000 records crosses the tailnet whole
    Given every workload of the platform has all its pods
    And PowerDNS keeps a zone of our own with 10,000 records
    When the VPS copies that zone from the DNS VIP
    Then the copy is complete
    And it has each of the 10,000 records, and no other
