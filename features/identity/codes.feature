@conformance
Feature: A code of the identity provider is good for its own client, once, and not for long
  A code stands for a person for the moment that an application takes to exchange it. It travels through a browser, and
  stays in logs and histories; so whoever finds one must not get anything for it. The provider is asked for every
  relying party, as its client and with its secret, for lifetimes may be each client's own. All is seen from the public
  internet.

  When this fails, a code from a log or a history opens an account.
  Not covered: a code that is handed in without the client's secret (the forgeries); tokens that were given for a code
  before it was handed in again.

  @id:code-needs-verifier
  Scenario Outline: A code for <party> is of no use without its verifier
    RFC 7636, section 4.6.

    Given somebody of the scenario's own, who may sign in
    When codes of theirs for <party> are handed in that were asked for with an S256 challenge
    Then one that is handed in with another verifier is refused as an invalid grant
    And one that is handed in with no verifier is refused as an invalid grant
    And one that is handed in with its own verifier is exchanged

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:code-single-use
  Scenario Outline: A code for <party> is good once
    RFC 6749, section 4.1.2. Whoever finds it in a log comes too late.

    Given somebody of the scenario's own, who may sign in
    When they sign in for <party>, and their code is handed in twice
    Then it is exchanged the first time
    And it is refused as an invalid grant the second time

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:code-short-lived
  Scenario Outline: A code for <party> is good for a short time only
    RFC 6749, section 4.1.2, recommends ten minutes at most; an inventory that says more is refused.

    Given somebody of the scenario's own, who may sign in
    When they sign in for <party>, and their code is kept for longer than the inventory allows
    Then it is refused as an invalid grant

    @each:relying-party
    Examples:
      | party   |
      | <party> |
