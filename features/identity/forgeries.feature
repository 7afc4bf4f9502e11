@conformance
Feature: Nobody gets into an application with what was meant for somebody else, or for another time
  A login travels through the browser of whoever signs in, and there it can be changed: the address that the answer goes
  to, the scope, the state that ties the answer to the question, the code that stands for the person. Each of these is
  altered here and handed in; what the provider or the application then says is on record, in the words that it has for
  just that, and that no session and no account came of it. A login that is not altered succeeds (the scenarios of
  single sign-on), so what is refused is the forgery.

  When this fails, a code that leaked (in a log, in the history of a browser, to another application) opens an account.
  Not covered: an application's own check of the issuer and of the signature, for the provider signs no forged tokens;
  a token for another audience at Harbor, which answers it with an internal error and no word of why, and at Grafana,
  which does not look whom a token is for; why an exchange failed at Grafana, which says only that it got no token;
  sessions kept anywhere but in cookies: at Vault and at Matrix whoever asks with no token is nobody.

  @id:code-needs-client-secret
  Scenario Outline: A code of <party>'s is exchanged for nobody without its client secret
    The errors are those of RFC 6749, section 5.2.

    Given somebody of the scenario's own, who may sign in
    When they sign in at <party>, and a stranger hands in their code with another secret
    Then the token endpoint refuses the stranger as an unknown client
    And the same code still signs them in at <party>

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:redirect-uri-exact
  Scenario Outline: A redirect URI that is not exactly <party>'s is refused
    Where an answer may go is compared as a whole (RFC 9700, section 2.1; RFC 6749, section 10.6).

    When the redirect URI of a login at <party> is altered in each of these ways:
      | another host  |
      | another path  |
      | without TLS   |
      | a longer path |
    Then the provider refuses each, because of the redirect URI, and sends nobody there

    @each:relying-party
    Examples:
      | party   |
      | <party> |

  @id:forgery-refused
  Scenario Outline: <party> refuses <forgery>
    A state is compared (RFC 6749, section 10.12); a code is the client's own and soon over (section 4.1.2).

    Given somebody of the scenario's own, who may sign in
    When they sign in at <party>, and come back with <forgery>
    Then <party> refuses them, and speaks of <what>
    And they are nobody at <party>, and no account of theirs is there

    @each:relying-party
    Examples: Altered states
      | party   | forgery          | what      |
      | <party> | an altered state | the state |

    @each:relying-party
    Examples: Expired codes
      | party   | forgery         | what     |
      | <party> | an expired code | the code |

    @each:relying-party
    Examples: Codes for another audience
      | party   | forgery                  | what     |
      | <party> | a code of another client | the code |

  @id:foreign-audience-refused
  Scenario Outline: A token that was signed for another audience opens nothing at <party>
    OpenID Connect Core 1.0, "ID Token Validation", numbers 3 to 5. The inventory names a scope that makes the provider
    sign so; a browser can ask for it in the application's place.

    Given somebody of the scenario's own, who may sign in
    And a scope by which the provider signs for another audience
    When they sign in at <party>, and their browser asks for that scope too
    Then <party> refuses them, and speaks of the audience
    And they are nobody at <party>, and no account of theirs is there
    And without that scope they are signed in at <party>

    Examples: Relying parties that look whom a token is for
      | party  |
      | Gitea  |
      | Vault  |
      | Matrix |
