@conformance
Feature: Nobody gets into an application with what was meant for somebody else, or for another time
  A login travels through the browser of whoever signs in, and there it can be changed: the address that the answer goes
  to, the state that ties the answer to the question, the code that stands for the person. Each of these is altered here
  and handed in; what the provider or the application then says is on record, and that no session and no account came
  of it. A login that is not altered succeeds (the scenarios of single sign-on), so what is refused is the forgery.

  When this fails, a code that leaked (in a log, in the history of a browser, to another application) opens an account.
  Not covered: an application's own check of the issuer and of the signature, for the provider signs no forged tokens.

  Scenario Outline: A code of <party> is not given to who does not know its secret
    The errors are those of RFC 6749, section 5.2.

    Given somebody of the scenario's own, who may sign in
    When he signs in at <party>, and a stranger hands in his code with a secret of his own
    Then the token endpoint refuses the stranger as an unknown client
    And the same code still signs him in at <party>

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
    When he signs in at <party>, and comes back with <forgery>
    Then <party> refuses him, and speaks of <what>
    And he is nobody at <party>, and no account of his is there

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
    Given somebody of the scenario's own, who may sign in
    When an ID token of his, for another client, is presented at <party>
    Then <party> does not know whose it is

    Examples: Relying parties
      | party   |
      | Gitea   |
      | Vault   |
      | Matrix  |
      | Harbor  |
      | Grafana |
