@conformance @browser
Feature: People sign in to Grafana in a browser, at the identity provider
  As for Gitea: the account is made at the first sign-in, and the group decides between the roles Admin and Viewer.

  When this fails, the night's dashboards need a password that nobody remembers.
  Not covered: teams and folders. Grafana is in no registry that the lab is made from: there these scenarios are
  unsupported, and are written from Grafana's documented pages and API.

  @id:grafana-sso-admin
  Scenario: Somebody of the admin group whom Grafana has never seen signs in, and is an administrator there
    Given somebody in the admin group of Grafana, whom it has never seen
    When they open Grafana in a browser on the public internet and sign in at the identity provider
    Then they land in Grafana, and are an administrator there
    And Grafana has made an account for them, with the name and the address that the provider knows
    And Grafana's own record of them says the same, and that they came by the identity provider

  @id:grafana-sso-user
  Scenario: Somebody outside the admin group signs in to Grafana, and is not an administrator there
    Given somebody outside the admin group of Grafana, whom it has never seen
    When they open Grafana in a browser on the public internet and sign in at the identity provider
    Then they land in Grafana, and are not an administrator there
    And Grafana has made an account for them, with the name and the address that the provider knows
    And Grafana's own record of them says the same, and that they came by the identity provider

  @id:grafana-sso-demoted
  Scenario: Somebody taken out of the admin group no longer administers Grafana after the next sign-in
    Given somebody in the admin group of Grafana, whom it has never seen
    And who has signed in there, and is an administrator
    When they are taken out of the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Grafana, and are not an administrator there
    And Grafana's own record of them says the same, and that they came by the identity provider

  @id:grafana-sso-promoted
  Scenario: Somebody put into the admin group administers Grafana after the next sign-in
    Given somebody outside the admin group of Grafana, whom it has never seen
    And who has signed in there, and is not an administrator
    When they are put into the admin group
    And they sign in again, in a browser that does not know them
    Then they land in Grafana, and are an administrator there
    And Grafana's own record of them says the same, and that they came by the identity provider

  @id:grafana-sso-sign-out
  Scenario: Whoever signs out of Grafana is asked for the password before anybody is let in again
    Given somebody outside the admin group of Grafana, whom it has never seen
    And who has signed in there, and is not an administrator
    When they sign out there and at the identity provider
    Then Grafana no longer knows them, refuses what it knew them by, and the identity provider asks for the password
