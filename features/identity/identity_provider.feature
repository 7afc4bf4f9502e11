@conformance
Feature: The identity provider keeps to OpenID Connect, so that whoever relies on it can
  Relying parties find the provider by its discovery document, send people there, and take its signed word for who came
  back. Each promise is held to the section that makes it, and for every relying party: keys, issuers and lifetimes may
  be each client's own. It is asked as that client, with its secret, and the person is the scenario's own. All is seen
  from the public internet.

  When this fails, logins fail everywhere at once, or worse: somebody else's are accepted.
  Not covered: consent, which nobody is asked for: applications and people are the owner's own, and whoever may sign in
  consents by it; refresh tokens, the implicit and hybrid flows, and encryption of tokens.

  @id:discovery-complete
  Scenario: Every client finds a complete discovery document, of exactly the issuer that it was told
    When the discovery document of every relying party's issuer is asked for
    Then each says all that OpenID Connect Discovery 1.0, section 3, requires
    And each names exactly the issuer that it was asked for, as OpenID Connect Discovery 1.0, section 4.3, requires
    And each offers codes (OpenID Connect Discovery 1.0, section 3), and S256 for them (RFC 8414, section 2; RFC 7636, section 4.2)

  @id:provider-public-host-only
  Scenario: All that the provider offers is on its public host, with a certificate of the environment's authority
    OpenID Connect Discovery 1.0, section 3, wants these addresses to be https; that they are on one public host is the
    platform's own rule.

    When the discovery document of every relying party's issuer is asked for
    Then every endpoint in it is on the host of the issuer, over TLS
    And that host shows a certificate of the environment's authority

  @id:id-token-signed-asymmetrically
  Scenario Outline: Identity for <party> is signed with a published key, and not with a secret that <party> has too
    OpenID Connect Core 1.0, "ID Token Validation" (in section 3.1.3), numbers 2, 3 and 6 to 8; section 10.1.

    Given somebody of the scenario's own, who may sign in
    When they sign in for <party>, and their code is exchanged
    Then the provider publishes keys, and none of them is a secret
    And their ID token is signed with RS256, by one of them
    And it is from the issuer, for this client and no other, and about them

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:login-state-unchanged
  Scenario Outline: What <party> sends along comes back unchanged
    Given somebody of the scenario's own, who may sign in
    When they sign in for <party>, and their code is exchanged
    Then the state came back as it was sent, as RFC 6749, section 4.1.2, requires
    And their ID token has the nonce that was sent, as OpenID Connect Core 1.0, section 2, requires

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:provider-clock
  Scenario Outline: The provider's clock is the world's, in what it signs for <party>
    A relying party refuses tokens of tomorrow and yesterday (OpenID Connect Core 1.0, "ID Token Validation", 9, 10).

    Given somebody of the scenario's own, who may sign in
    When they sign in for <party>, and their code is exchanged
    Then their ID token was issued now, give or take 30 seconds
    And it has not expired, and has no time in the future

    @each:relying-party
    Examples:
      | party   |
      | <party> |
