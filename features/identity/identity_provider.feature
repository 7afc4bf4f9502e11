@conformance
Feature: The identity provider keeps to OpenID Connect, so that whoever relies on it can
  Relying parties find the provider by its discovery document, send people there, and take its signed word for who came
  back. Each promise is held to the section that makes it; the client in this is a relying party's, its secret included,
  and the person is the scenario's own. All is seen from the public internet.

  When this fails, logins fail everywhere at once, or worse: somebody else's are accepted.
  Not covered: consent, refresh tokens, the implicit and hybrid flows, and encryption of tokens.

  @incident:authentik-503 @incident:oidc-internal-authorize-url
  Scenario: Every client finds a complete discovery document, of exactly the issuer that it was told
    When the discovery document of every relying party's issuer is asked for
    Then each says all that OpenID Connect Discovery 1.0, section 3, requires
    And each names exactly the issuer that it was asked for, as OpenID Connect Discovery 1.0, section 4.3, requires
    And each offers codes, and S256 for them

  @incident:oidc-internal-authorize-url
  Scenario: All that the provider offers is on its public host, with a certificate of the environment's authority
    When the discovery document of every relying party's issuer is asked for
    Then every endpoint in it is on the host of the issuer, over TLS
    And that host shows a certificate of the environment's authority, and of no other

  @incident:hs256-no-signing-key
  Scenario: Identity is signed with a published key, and not with a secret that the relying party has too
    OpenID Connect Core 1.0, "ID Token Validation" (in section 3.1.3), numbers 2, 3 and 6 to 8; section 10.1.

    Given somebody of the scenario's own, who may sign in
    When he signs in, and his code is exchanged
    Then the provider publishes keys, and none of them is a secret
    And his ID token is signed with RS256, by one of them
    And it is from the issuer, for this client and no other, and about him

  Scenario: What a relying party sends along comes back unchanged
    Given somebody of the scenario's own, who may sign in
    When he signs in, and his code is exchanged
    Then the state came back as it was sent, as RFC 6749, section 4.1.2, requires
    And his ID token has the nonce that was sent, as OpenID Connect Core 1.0, section 3.1.2, requires

  @incident:provider-clock-off
  Scenario: The provider's clock is the world's
    A relying party refuses tokens of tomorrow and yesterday (OpenID Connect Core 1.0, "ID Token Validation", 9, 10).

    Given somebody of the scenario's own, who may sign in
    When he signs in, and his code is exchanged
    Then his ID token was issued now, give or take 30 seconds
    And it is not over yet, and holds no time from the future

  Scenario: A code is of no use to who does not have the verifier
    RFC 7636, section 4.6.

    Given somebody of the scenario's own, who may sign in
    When codes of his are handed in that were asked for with an S256 challenge
    Then one that is handed in with another verifier is refused as an invalid grant
    And one that is handed in with no verifier is refused as an invalid grant
    And one that is handed in with its own verifier is exchanged

  Scenario: A code is good once
    RFC 6749, section 4.1.2; so is who has seen it in a log too late.

    Given somebody of the scenario's own, who may sign in
    When he signs in, and his code is exchanged
    Then the same code is refused as an invalid grant when it is handed in again

  Scenario: A code is good for a short time only
    RFC 6749, section 4.1.2, recommends ten minutes at most.

    Given somebody of the scenario's own, who may sign in
    When he signs in, and his code is kept for longer than the inventory allows
    Then it is refused as an invalid grant
    And the inventory allows ten minutes at most
