@conformance
Feature: The world is led to the owner's names
  The parent zone delegates the owner's domain to two names that are the VPS. They are names of the domain itself,
  so the parent has to tell their addresses too (glue).

  When this fails, some visitors find the websites and others do not, and the certificate authority says that
  names do not exist.
  Not covered: DNSSEC, IPv6, a second name server on another machine and in another network (there is none).

  @id:parent-delegates
  Scenario: The parent refers to the planned name servers, with their addresses
    When the public internet asks the parent for the test website's address
    Then it is referred to exactly the planned name servers
    And with each of them comes the address of the VPS

  @id:ns-records-agree
  Scenario: The parent, the primary and the VPS name the same name servers
    Then the parent, the primary and the VPS name exactly the planned name servers

  @id:name-servers-have-addresses
  Scenario: Every name server that the zone names has an address in it
    Then at the primary every planned name server has the address of the VPS
    And at the VPS every planned name server has the address of the VPS

  @id:name-servers-authoritative
  Scenario Outline: Every delegated name server answers over <protocol>, with authority
    Then from the public internet every planned name server answers over <protocol> with the SOA, with authority

    Examples:
      | protocol |
      | UDP      |
      | TCP      |

  @id:soa-mname-exists
  Scenario: The SOA names a name server that exists
    Then the SOA of the primary names one of the planned name servers
    And the SOA of the primary names a mailbox of the parent's domain, or below it

  @id:answer-fits-size
  Scenario Outline: An answer is no larger than the <size> bytes that the asker takes
    When the public internet asks the VPS for the domain's name servers and takes <size> bytes
    Then all of them are named, in no more than <size> bytes

    Examples:
      | size |
      | 512  |
      | 1232 |
      | 4096 |

  @id:public-names-reachable
  Scenario: No public name leads to an address that the world cannot reach
    Then no record of the zone has a private address

  @id:test-website-resolves-from-root
  Scenario: A public resolver finds the test website from the root down
    Then a resolver of the public internet finds the test website at the address of the VPS

  @id:zonemaster-clean
  Scenario: Zonemaster finds nothing that is not known
    When Zonemaster examines the owner's domain from the public internet
    Then it finds exactly these of level WARNING or above:
      | finding                       | about         | address       | because                                             |
      | DEL_NS_SAME_IP                | ns_ip         | any           | both names are the VPS; the owner has no second one |
      | CHILD_NS_SAME_IP              | ns_ip         | any           | likewise, as the zone itself has it                 |
      | SAME_IP_ADDRESS               | ns_ip         | any           | likewise, as Zonemaster sums it up                  |
      | NAMESERVER_IP_WITHOUT_REVERSE | ns_ip         | any           | a name server's address needs no PTR record         |
      | NAMESERVER_IP_PRIVATE_NETWORK | Documentation | documentation | such addresses stand for the internet in the lab    |
