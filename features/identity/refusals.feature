@conformance
Feature: The identity provider lets nobody into an application who may not come in
  Beside every login that works stands one that must not: a wrong password, somebody outside the group that may sign
  in, an account that was disabled. What the provider says to them is on record, and that the application was told
  nothing: it has no session for them and no account of theirs.

  When this fails, somebody walks into an application who was told that they may not, and nobody notices.
  Not covered: how often somebody may try; what the application itself would say to them, for they never get back to it;
  sessions that were open before an account was disabled, or are kept anywhere but in cookies: at Vault and at Matrix
  whoever asks with no token is nobody. authentik tells disabled people the same as strangers.

  @id:wrong-password-refused
  Scenario Outline: A wrong password opens nothing at <party>
    Given somebody of the scenario's own, who may sign in
    When they begin to sign in at <party> and give a wrong password
    Then the provider refuses them, because their name or password is wrong
    And they are nobody at <party>, and no account of theirs is there

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:outsider-refused
  Scenario Outline: Somebody outside the allowed group is not let into <party>
    Given somebody of the scenario's own, who is outside the allowed group
    When they begin to sign in at <party> and give their password
    Then the provider refuses them, because they are not among those who may sign in
    And they are nobody at <party>, and no account of theirs is there

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:disabled-account-refused
  Scenario Outline: Somebody whose account is disabled is not let into <party>
    Given somebody of the scenario's own, who is disabled
    When they begin to sign in at <party> and give their password
    Then the provider refuses them, because their account is disabled
    And they are nobody at <party>, and no account of theirs is there

    @each:relying-party
    Examples:
      | party   |
      | <party> |
