@planned
Feature: New host names need not wait for the refresh of the zone
  The VPS asks the cluster for changes only when the zone's refresh is over, so that a new website is invisible for
  as long. The roadmap ("DNS Propagation Alternatives") has two ways around it: external-dns writes to the VPS
  directly, or to the parent's Route 53. (Its simple fix, a shorter refresh, is a value of the inventory's [dns], and
  dns/zone_replication holds the zone to it.)

  Until it is built, the VPS takes names from nobody but the primary, and the parent knows no name of the cluster.
  Not covered: how whoever writes proves who they are, and what becomes of the copies that the VPS makes today.

  @id:planned-vps-direct-updates
  Scenario: The VPS takes new names directly
    Then from a pod of the cluster the VPS offers the API of its name server at its tailnet address

  @id:planned-parent-answers
  Scenario: The parent itself answers for the cluster's names
    Then from the public internet the parent answers with the test website's address itself
