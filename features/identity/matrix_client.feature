@conformance
Feature: A client of Matrix signs people in by the identity provider
  A client asks the homeserver how people can sign in, sends them there, and gets them back with a login token, which it
  exchanges for a session (Matrix client-server API, "Client login via SSO"). Nobody sees a page of the client in this.

  When this fails, the homeserver's page may still show a login, and no client gets anybody in.
  Not covered: Element itself; what a person confirms on the homeserver's page; encryption.

  @id:matrix-offers-sso
  Scenario: A client of Matrix is offered the identity provider
    When a client asks Matrix how people can sign in
    Then it is offered single sign-on by the provider of the login start

  @id:matrix-login-token
  Scenario: A login token of Matrix becomes a session of exactly the person who has signed in, once
    Given somebody of the scenario's own, who may sign in
    When a client of theirs sends them from Matrix to the provider, and gets them back
    Then it has a login token of theirs
    And Matrix exchanges the token for a session of their own, by their name and the domain
    And Matrix refuses the token when it is exchanged again
