@conformance
Feature: Nobody gets into an application with what was meant for somebody else, or for another time
  A login travels through the browser of whoever signs in, and there it can be changed: the address that the answer goes
  to, the state that ties the answer to the question, the code that stands for the person. Each of these is altered here
  and handed in; what the provider or the application then says is on record, and that no session and no account came
  of it. A login that is not altered succeeds (the scenarios of single sign-on), so what is refused is the forgery.

  When this fails, a code that leaked (in a log, in the history of a browser, to another application) opens an account.
  Not covered: an application's own check of the issuer and of the signature, for the provider signs no forged tokens;
  a session at Vault and at Matrix, which know nobody by cookies: there only the account is looked for.

  Scenario Outline: A code of <party>'s is exchanged for nobody without its client secret
    The errors are those of RFC 6749, section 5.2.

    Given somebody of the scenario's own, who may sign in
    When they sign in at <party>, and a stranger hands in their code with another secret
    Then the token endpoint refuses the stranger as an unknown client
    And the same code still signs them in at <party>

    Examples: Relying parties
      | party   |
      | Gitea   |
      | Vault   |
      | Matrix  |
      | Harbor  |
      | Grafana |

  Scenario Outline: A redirect URI that is not exactly <party>'s is refused
    Where an answer may go is compared as a whole (RFC 9700, section 2.1; RFC 6749, section 10.6).

    When the redirect URI of a login at <party> is altered in each of these ways:
      | another host  |
      | another path  |
      | without TLS   |
      | a longer path |
    Then the provider refuses each, because of the redirect URI, and sends nobody there

    Examples: Relying parties
      | party   |
      | Gitea   |
      | Vault   |
      | Matrix  |
      | Harbor  |
      | Grafana |

  Scenario Outline: <party> refuses <forgery>
    A state is compared (RFC 6749, section 10.12); a code is the client's own and soon over (section 4.1.2).

    Given somebody of the scenario's own, who may sign in
    When they sign in at <party>, and come back with <forgery>
    Then <party> refuses them, and speaks of <what>
    And they are nobody at <party>, and no account of theirs is there

    Examples: Altered states
      | party   | forgery          | what      |
      | Gitea   | an altered state | the state |
      | Vault   | an altered state | the state |
      | Matrix  | an altered state | the state |
      | Harbor  | an altered state | the state |
      | Grafana | an altered state | the state |

    Examples: Expired codes
      | party   | forgery         | what     |
      | Gitea   | an expired code | the code |
      | Vault   | an expired code | the code |
      | Matrix  | an expired code | the code |
      | Harbor  | an expired code | the code |
      | Grafana | an expired code | the code |

    Examples: Codes for another audience
      | party   | forgery                  | what     |
      | Gitea   | a code of another client | the code |
      | Vault   | a code of another client | the code |
      | Matrix  | a code of another client | the code |
      | Harbor  | a code of another client | the code |
      | Grafana | a code of another client | the code |

  Scenario Outline: A token that was signed for another audience opens nothing at <party>
    OpenID Connect Core 1.0, "ID Token Validation", number 3; RFC 6750, section 3.1.

    Given somebody of the scenario's own, who may sign in
    When an ID token of theirs, for another client, is presented at <party>
    Then <party> does not know whose it is

    Examples: Relying parties
      | party   |
      | Gitea   |
      | Vault   |
      | Matrix  |
      | Harbor  |
      | Grafana |
