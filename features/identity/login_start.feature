@conformance
Feature: A login at any relying party begins at the public identity provider, as exactly its own client
  An application sends the browser of whoever wants in to the identity provider, with a request in the address: which
  client asks, where to come back to, what it wants to know. All of it is read here before anybody signs in.

  When this fails, people end on an error page of the provider, or on a name that only exists inside of the cluster:
  the provider was found by its internal address and handed that on to browsers, the client has another name or
  redirect URI than it is registered with, or the application does not know the provider at all.
  Not covered: whether the login then succeeds; Harbor and Grafana where the inventory does not have them.

  @id:login-leads-to-provider
  Scenario Outline: A login at <party> leads to the public identity provider
    RFC 6749, section 4.1.1; OpenID Connect Core 1.0, "Authentication Request".

    When a visitor from the public internet begins to sign in at <party>
    Then they are sent to the host of the issuer, by its public name
    And they are sent with the client id, the redirect URI and exactly the scopes of the inventory, for a code
    And the provider shows them its sign-in page

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:login-requests-unique
  Scenario Outline: No two logins at <party> can be mistaken for each other
    A state ties the answer to the browser that asked (RFC 6749, section 10.12).

    When two visitors begin to sign in at <party>
    Then each of them has a state of their own, of at least 16 characters

    @each:relying-party
    Examples:
      | party   |
      | <party> |
