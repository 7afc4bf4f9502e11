@conformance
Feature: One ingress controller serves every website, and only those
  Websites are Ingress objects of the class "nginx", the default. Two replicas on two nodes answer at the ingress
  VIP, end TLS with the certificate of the name that was asked for, and know no other names.

  When this fails, a website shows another one's certificate or page, or all of them hang on a single node.
  Not covered: annotations of single websites, limits of rate and size.

  @id:ingress-replicas-spread
  Scenario: Two replicas run on different nodes
    Then the ingress controller has as many ready pods as the inventory wants, each on another node

  @id:ingress-class-default
  Scenario: The inventory's ingress class is the default, and the only default
    Then the default ingress class is the inventory's
    And every Ingress of the cluster is of a class that exists

  @id:ingress-answers-at-vip
  Scenario Outline: From <place> the ingress controller answers at the ingress VIP
    Then the service of the ingress controller has the ingress VIP
    And from <place> the ingress controller answers at the ingress VIP, on ports 80 and 443

    Examples:
      | place                      |
      | the operator's workstation |
      | the VPS                    |

  @id:ingress-unknown-host
  Scenario: No website's certificate is shown for an unknown name
    When the ingress VIP is asked for a host that no website has
    Then it shows a certificate of no website
    And it answers "404"

  @id:ingress-http-redirect
  Scenario: Plain HTTP is sent on to HTTPS
    Then each website of the cluster, asked over plain HTTP at the ingress VIP, sends the visitor to HTTPS
