@decision
Feature: Secrets management: SealedSecrets for bootstrap, External Secrets for runtime
  Decision of the roadmap: what the cluster must know before it has a Vault is sealed in git with a stable key pair;
  everything else comes from Vault at run time. Nothing is written out.

  When this fails, a credential lies open in git, changes under a program that keeps the old one, or is not there.
  Not covered: what somebody put into Vault by hand; the content of what is sealed.

  @id:decision-sealed-for-bootstrap-only
  Scenario: Bootstrap secrets are sealed, and only those
    Rationale: what is sealed is renewed by a commit only, and what needs Vault cannot come before it.
    When the repository is held against the rule sealed-are-for-bootstrap
    Then nothing in it contradicts the decision

  @id:decision-no-literal-secrets
  Scenario: No secret is written out in the manifests
    Rationale: git keeps what it was given once, also after the line is gone. Runtime secrets come from Vault.
    When the repository is held against the rule secrets-not-literal
    Then nothing in it contradicts the decision

  @id:decision-stores-resolve
  Scenario: Every reference to a secret store leads to a store
    Rationale: an external secret whose store is not defined never becomes a secret, and its pods never start.
    When the repository is held against the rule stores-resolve
    Then nothing in it contradicts the decision

  @id:decision-generators-do-not-rotate
  Scenario: Generators do not rotate credentials that somebody keeps
    Rationale: a generator makes a new value at each refresh, while the database keeps the first. Phase 0 of the
    secret rotation fixed the interval at 8760 hours.
    When the repository is held against the rule generators-do-not-rotate
    Then nothing in it contradicts the decision

  @id:decision-sso-one-source
  Scenario: The credentials of a single sign-on client have one source
    Rationale: both ends must hold the same secret. Two generators gave each end its own, and every login failed.
    When the repository is held against the rule sso-has-one-source
    Then nothing in it contradicts the decision

  @id:decision-tls-verified
  Scenario: The verification of TLS is never skipped
    Rationale: the cluster has a CA of its own that clients can be given; whoever skips the check hands the token of
    Vault to whoever answers.
    When the repository is held against the rule tls-is-verified
    Then nothing in it contradicts the decision
