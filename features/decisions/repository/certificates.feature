@decision
Feature: Certificates: Let's Encrypt by DNS-01, staging or production by one switch
  Decision of the roadmap: certificates are issued by DNS-01 through PowerDNS, and one line decides between staging
  and production for the whole cluster.

  When this fails, certificates are pending for ever, or half of the sites show a certificate that nobody trusts.
  Not covered: the zones and rate limits of the issuer.

  @id:decision-dns01-only
  Scenario: Only DNS-01 proves who we are
    Rationale: the VPS passes only port 443 on to the cluster, so that an HTTP-01 challenge is never seen.
    When the repository is held against the rule only-dns01
    Then nothing in it contradicts the decision

  @id:decision-one-acme-switch
  Scenario: One switch decides between staging and production
    Rationale: production has a rate limit that a few rebuilds exhaust. With two places to change, one is forgotten.
    When the repository is held against the rule one-acme-switch
    Then nothing in it contradicts the decision

  @id:decision-issuers-exist
  Scenario: Every issuer that is asked for exists
    Rationale: a certificate of an issuer that is not defined is never issued, and says so in its events only.
    When the repository is held against the rule issuers-exist
    Then nothing in it contradicts the decision
