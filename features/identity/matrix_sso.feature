@conformance @browser
Feature: People sign in to Matrix in a browser, at the identity provider
  A client of Matrix sends the person to the homeserver, which sends them to the identity provider; they come back with
  a token that is good once, which the client exchanges for a session. The client here has no screen of its own: what
  is seen are Synapse's own pages. Nobody administers Matrix by a group.

  When this fails, everybody is locked out of their conversations, for passwords of the homeserver's own are off.
  Not covered: Element's pages; encryption and the verification of devices; other homeservers.

  @id:matrix-sso-account
  Scenario: Somebody whom Matrix has never seen signs in, and has an account
    Given somebody whom Matrix has never seen
    When they open Matrix in a browser on the public internet and sign in at the identity provider
    Then they land in Matrix, and are not an administrator there
    And Matrix has made an account for them, with the name that the provider knows

  @id:matrix-sso-sign-out
  Scenario: Whoever signs out of Matrix is asked for the password before anybody is let in again
    Given somebody whom Matrix has never seen
    And who has signed in there, and is not an administrator
    When they sign out there and at the identity provider
    Then Matrix no longer knows them, refuses what it knew them by, and the identity provider asks for the password
