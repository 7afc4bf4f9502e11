@conformance @browser
Feature: People sign in to Gitea in a browser, at the identity provider
  A person opens git.<domain> as everybody does, is sent to the identity provider, gives name and password there, and
  comes back to an account that Gitea makes at that moment. Whether they administer Gitea is decided by a group at the
  provider, anew at each sign-in. The browser is a real one on the public internet: its names are the public
  resolver's, its way is through the VPS, and it trusts only the authorities of the environment in force.

  When this fails, nobody gets to their repositories, or somebody administers them who must not. The report has
  a picture of what the person saw last, and for a failure a trace of every step.
  Not covered: what a session may still do after its rights were taken away at the provider, until the next sign-in;
  how Gitea looks, which is another person's taste.

  @id:gitea-sso-admin
  Scenario: Somebody of the admin group whom Gitea has never seen signs in, and is an administrator there
    Given somebody in the admin group of Gitea, whom it has never seen
    When they open Gitea in a browser on the public internet and sign in at the identity provider
    Then they land in Gitea, and are an administrator there
    And Gitea has made an account for them, with the name and the address that the provider knows
    And Gitea's own record of them says the same, and that they came by the identity provider

  @id:gitea-sso-user
  Scenario: Somebody outside the admin group signs in to Gitea, and is not an administrator there
    Given somebody outside the admin group of Gitea, whom it has never seen
    When they open Gitea in a browser on the public internet and sign in at the identity provider
    Then they land in Gitea, and are not an administrator there
    And Gitea has made an account for them, with the name and the address that the provider knows
    And Gitea's own record of them says the same, and that they came by the identity provider

  @id:gitea-sso-demoted
  Scenario: Somebody taken out of the admin group no longer administers Gitea after the next sign-in
    Given somebody in the admin group of Gitea, whom it has never seen
    And who has signed in there, and is an administrator
    When they are taken out of the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Gitea, and are not an administrator there
    And Gitea's own record of them says the same, and that they came by the identity provider

  @id:gitea-sso-promoted
  Scenario: Somebody put into the admin group administers Gitea after the next sign-in
    Given somebody outside the admin group of Gitea, whom it has never seen
    And who has signed in there, and is not an administrator
    When they are put into the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Gitea, and are an administrator there
    And Gitea's own record of them says the same, and that they came by the identity provider

  @id:gitea-sso-sign-out
  Scenario: Whoever signs out of Gitea is asked for the password before anybody is let in again
    Given somebody outside the admin group of Gitea, whom it has never seen
    And who has signed in there, and is not an administrator
    When they sign out there and at the identity provider
    Then Gitea no longer knows them, refuses what it knew them by, and the identity provider asks for the password
