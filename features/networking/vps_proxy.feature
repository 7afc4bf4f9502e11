@conformance
Feature: The VPS passes TLS on to the cluster unopened, and only what is the cluster's
  The VPS looks at nothing but the name in the first packet of a connection to port 443. If it is the cluster's, the
  connection goes on to the ingress VIP as it came; every other name is answered by the VPS itself.

  When this fails, somebody reads along on a rented machine, a website of the VPS' own is dark, or the cluster is
  reached by ways that nobody watches.
  Not covered: that the VPS keeps no copy of what it passes on; how it is administered.

  @id:vps-same-certificate
  Scenario: Every website shows at the VPS, byte for byte, the certificate that it shows at the ingress VIP
    Given the websites of the cluster
    Then from the public internet each of them shows at the VPS the chain that it shows at the ingress VIP

  @id:vps-answers-itself
  Scenario Outline: The VPS answers <whom> itself
    When the VPS is asked from the public internet for <whom>
    Then it shows nothing that the cluster shows

    Examples:
      | whom                      |
      | a site of the VPS' own    |
      | a name that nobody has    |
      | no name at all            |

  @id:vps-own-sites
  Scenario: The sites of the VPS' own are served by the VPS
    Then from the public internet each site of the VPS' own shows a certificate that names it
    And at the ingress VIP none of them is known

  @id:vps-http-not-forwarded
  Scenario: Plain HTTP does not reach the cluster
    Given a website of the scenario's own, which answers at the ingress VIP
    When it is asked over plain HTTP at the VPS, from the public internet
    Then what comes back is not of the cluster
