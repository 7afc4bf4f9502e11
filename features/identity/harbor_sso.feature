@conformance @browser
Feature: People sign in to Harbor in a browser, at the identity provider
  As for Gitea: the account is made at the first sign-in (automatic onboarding), the group decides who administers.

  When this fails, images can only be pushed with the password of Harbor's own administrator.
  Not covered: whom Harbor's list of users calls an administrator, for it does not know of a right by a group;
  robot accounts; projects that are given to single groups. Harbor is in no registry that the lab is made
  from: there these scenarios are unsupported, and are written from Harbor's documented portal and API.

  @id:harbor-sso-admin
  Scenario: Somebody of the admin group whom Harbor has never seen signs in, and is an administrator there
    Given somebody in the admin group of Harbor, whom it has never seen
    When they open Harbor in a browser on the public internet and sign in at the identity provider
    Then they land in Harbor, and are an administrator there
    And Harbor has made an account for them, with the name and the address that the provider knows
    And Harbor's own record of them says that they came by the identity provider

  @id:harbor-sso-user
  Scenario: Somebody outside the admin group signs in to Harbor, and is not an administrator there
    Given somebody outside the admin group of Harbor, whom it has never seen
    When they open Harbor in a browser on the public internet and sign in at the identity provider
    Then they land in Harbor, and are not an administrator there
    And Harbor has made an account for them, with the name and the address that the provider knows
    And Harbor's own record of them says that they came by the identity provider

  @id:harbor-sso-demoted
  Scenario: Somebody taken out of the admin group no longer administers Harbor after the next sign-in
    Given somebody in the admin group of Harbor, whom it has never seen
    And who has signed in there, and is an administrator
    When they are taken out of the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Harbor, and are not an administrator there

  @id:harbor-sso-promoted
  Scenario: Somebody put into the admin group administers Harbor after the next sign-in
    Given somebody outside the admin group of Harbor, whom it has never seen
    And who has signed in there, and is not an administrator
    When they are put into the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Harbor, and are an administrator there

  @id:harbor-sso-sign-out
  Scenario: Whoever signs out of Harbor is asked for the password before anybody is let in again
    Given somebody outside the admin group of Harbor, whom it has never seen
    And who has signed in there, and is not an administrator
    When they sign out there and at the identity provider
    Then Harbor no longer knows them, refuses what it knew them by, and the identity provider asks for the password
