@conformance
Feature: Nobody is notified of changes of the zone
  Decision of the roadmap: the pod of PowerDNS may run on any node, so a NOTIFY would come from an address that the
  VPS does not know as its primary, and would be rejected. Changes travel by the SOA's refresh, and nothing else.

  When this fails, PowerDNS does not start at all (a name where an address has to stand), or somebody believes
  that changes are public at once while the VPS rejects what would make them so.
  Not covered: NOTIFY that the VPS itself might send to others.

  @id:notify-off-in-powerdns
  Scenario: PowerDNS is set up to notify nobody
    Then PowerDNS is not a primary that notifies, and has nobody to notify
    And the zone of the owner's domain is kept as "Native"

  @id:no-notify-reaches-vps
  Scenario: No NOTIFY reaches the VPS when the zone changes
    Given the packets of name servers are watched on the VPS for 30 seconds
    And an Ingress with a host name of its own
    When the primary has its record
    Then packets of name servers were seen on the VPS, and none of them was a NOTIFY

  @id:vps-counts-no-notify
  Scenario: The VPS counts no NOTIFY when the zone changes
    Given what the name server on the VPS has counted until now
    And an Ingress with a host name of its own
    When the primary has its record
    And the VPS has it too
    Then the name server on the VPS has counted questions since, and no NOTIFY
