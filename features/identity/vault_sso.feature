@conformance @browser
Feature: People sign in to Vault in a browser, at the identity provider
  A person opens vault.<domain>, chooses the method OIDC, signs in at the identity provider in the window that opens,
  and is back in Vault with a token of the role that the inventory names. Members of the admin group get the policy
  of administrators by an external group of Vault's, anew at each sign-in.

  When this fails, secrets can only be reached with the root token, or are open to people who must not see them.
  Not covered: what tokens that were given out before may still do. Vault's own "Log out" only makes the window forget
  its token, which stays good until its time is over: whoever wants it to end revokes it, as here. The command line's
  login, which has another redirect URI.

  @id:vault-sso-admin
  Scenario: Somebody of the admin group whom Vault has never seen signs in, and is an administrator there
    Given somebody in the admin group of Vault, whom it has never seen
    When they open Vault in a browser on the public internet and sign in at the identity provider
    Then they land in Vault, and are an administrator there
    And Vault has made an account for them, with the name that the provider knows
    And Vault's own record of them says the same, and that they came by the identity provider

  @id:vault-sso-user
  Scenario: Somebody outside the admin group signs in to Vault, and is not an administrator there
    Given somebody outside the admin group of Vault, whom it has never seen
    When they open Vault in a browser on the public internet and sign in at the identity provider
    Then they land in Vault, and are not an administrator there
    And Vault has made an account for them, with the name that the provider knows
    And Vault's own record of them says the same, and that they came by the identity provider

  @id:vault-sso-demoted
  Scenario: Somebody taken out of the admin group no longer administers Vault after the next sign-in
    Given somebody in the admin group of Vault, whom it has never seen
    And who has signed in there, and is an administrator
    When they are taken out of the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Vault, and are not an administrator there
    And Vault's own record of them says the same, and that they came by the identity provider

  @id:vault-sso-promoted
  Scenario: Somebody put into the admin group administers Vault after the next sign-in
    Given somebody outside the admin group of Vault, whom it has never seen
    And who has signed in there, and is not an administrator
    When they are put into the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Vault, and are an administrator there
    And Vault's own record of them says the same, and that they came by the identity provider

  @id:vault-sso-sign-out
  Scenario: Whoever signs out of Vault is asked for the password before anybody is let in again
    Given somebody outside the admin group of Vault, whom it has never seen
    And who has signed in there, and is not an administrator
    When they revoke their token there, and sign out at the identity provider
    Then Vault no longer knows them, refuses what it knew them by, and the identity provider asks for the password
