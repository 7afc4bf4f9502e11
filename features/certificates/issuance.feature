@conformance
Feature: Every website shows a certificate of its own, from the authority that the environment wants
  cert-manager asks one ACME authority for all certificates: that of Let's Encrypt's production, or of its staging
  while the platform is tried out. One switch decides which. Each name is proven by a record in DNS, since nothing
  but port 443 leads from the internet to the cluster.

  When this fails, visitors see a warning that nobody can click away, or half of the websites do after a switch;
  and services that call each other by their public names stop with "x509".
  Not covered: rate limits of the real authority, certificate transparency, revocation.

  Rule: what a website shows

    Background:
      Given the websites of the cluster

    @id:website-chain-of-environment
    Scenario: Every website shows a chain of the environment's authority
      Then each of them shows a chain that leads to the environment's authority

    @id:staging-never-as-production
    Scenario: Staging is never presented as production, nor the other way round
      Then none of them shows a chain that leads to the other environment's authority

    @id:certificate-names-website
    Scenario: Every certificate names its website and has weeks left
      Then the certificate of each names the host that was asked for
      And each of them is valid for at least the days that the inventory asks for

    @id:staging-root-trusted-inside-only
    Scenario: The root of staging is trusted inside the cluster only while staging is in force
      Then the cluster's trust bundle holds the roots of staging if, and only if, staging is in force

  Rule: where certificates come from

    @id:certificates-issued
    Scenario: Every certificate that somebody asked for is issued
      Given the websites of the cluster
      Then every issuer of the cluster is Ready
      And every certificate of the cluster is Ready, by an issuer that exists
      And every website with TLS has a certificate by the inventory's issuer

    @id:issuer-asks-environment
    Scenario: The issuer asks the environment's authority
      Then the inventory's issuer asks the directory of the environment in force

    @id:dns01-only
    Scenario: Names are proven by DNS and by nothing else
      Then every ACME issuer of the cluster proves names of the owner's domain by DNS-01, and by nothing else
      And every challenge that is known to the cluster was one of DNS-01

    @id:wildcard-certificate-issued
    Scenario: A wildcard certificate is issued, and any name below it is served with it
      Given a wildcard certificate for names below one of the scenario's own
      Then it is issued, for exactly the wildcard
      When a website is created whose name is below it
      Then that website shows the wildcard certificate at the ingress VIP
