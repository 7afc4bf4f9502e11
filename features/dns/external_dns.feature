Feature: Every published service has its name, and nothing else has
  external-dns gives each host of each Ingress an address record that leads to the VPS, marks it as its own in a
  TXT record beside it, and takes both away with the Ingress.

  When this fails, a new website has no name, a removed one goes on leading somebody to the VPS, or a name that
  the owner wrote by hand is lost.
  Not covered: other sources than Ingress, IPv6, what external-dns does when two Ingresses want one name.

  @id:new-ingress-name-at-primary @conformance
  Scenario: A new Ingress has its name at the primary within 60 seconds
    Given an Ingress with a host name of its own
    Then within 60 seconds the primary has its record, with the address of the VPS
    And beside it the primary has the mark of external-dns, with that Ingress as its owner

  @id:removed-ingress-name-gone @conformance
  Scenario: A removed Ingress takes its name with it, and not its neighbour's
    Given an Ingress with a host name of its own
    And another Ingress with a host name of its own
    When the primary and the VPS have the records of both
    And the first Ingress is deleted
    Then within 60 seconds the primary has neither its record nor its mark any more
    And within the zone's refresh interval the VPS denies it too
    And the neighbour's record is as it was, at the primary and at the VPS

  @id:ingress-hosts-have-records @conformance
  Scenario: Every host of every Ingress has its record and its mark
    Then the primary has for every host of every Ingress the address of the VPS and the mark of external-dns

  @id:ingress-hosts-public @conformance
  Scenario: Every host of every Ingress is public
    Then within the zone's refresh interval the VPS tells the public internet the address of every host

  @id:no-orphan-records @conformance
  Scenario: No record is left of an Ingress that is gone
    Then at the primary every mark of external-dns belongs to a host of an Ingress that exists

  @id:foreign-name-untouched @disruptive @touches:powerdns
  Scenario: A name that external-dns does not own stays as it is
    Given every workload of the platform has all its pods
    And an Ingress that wants the first name server's name, and a host name of its own
    When the primary has its own record
    Then the first name server's record is as it was, without a mark
    When the Ingress is deleted, and its own record is gone
    Then the first name server's record is as it was, without a mark
