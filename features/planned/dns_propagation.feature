@planned
Feature: New host names are public within minutes
  The VPS asks the cluster for changes of the zone every three hours, so that a new website is invisible for as
  long. (Roadmap: "DNS Propagation Alternatives", simple fix.)

  Until it is built, the VPS serves no zone of the cluster, or one that is refreshed too rarely.
  Not covered: the other alternatives, in which the record is written to the VPS or to the parent directly.

  @incident:soa-refresh-3h
  Scenario: The VPS looks for changes at least every 10 minutes
    When the public internet asks the VPS for the SOA of the owner's domain
    Then the zone is to be refreshed at least every 10 minutes
