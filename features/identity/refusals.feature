@conformance
Feature: The identity provider lets nobody into an application who may not come in
  Beside every login that works stands one that must not: a wrong password, somebody outside the group that may sign
  in, an account that was locked. What the provider says to them is on record, and that the application was told
  nothing: it has no session for them and no account of theirs.

  When this fails, somebody walks into an application who was told that he may not, and nobody notices.
  Not covered: how often somebody may try; what the application itself would say to them, for they never get back to it;
  sessions that were open before an account was locked. authentik tells locked people the same as strangers.

  Scenario Outline: A wrong password opens nothing at <party>
    Given somebody of the scenario's own, who may sign in
    When he begins to sign in at <party> and gives a wrong password
    Then the provider refuses him, because his name or password is wrong
    And he is nobody at <party>, and no account of his is there

    Examples: In the lab
      | party  |
      | Gitea  |
      | Vault  |
      | Matrix |

    Examples: Where there is one
      | party   |
      | Harbor  |
      | Grafana |

  @incident:nonexistent-group
  Scenario Outline: Somebody outside the allowed group is not let into <party>
    Given somebody of the scenario's own, who is outside the allowed group
    When he begins to sign in at <party> and gives his password
    Then the provider refuses him, because he is not one of those who may sign in
    And he is nobody at <party>, and no account of his is there

    Examples: In the lab
      | party  |
      | Gitea  |
      | Vault  |
      | Matrix |

    Examples: Where there is one
      | party   |
      | Harbor  |
      | Grafana |

  Scenario Outline: Somebody whose account is disabled is not let into <party>
    Given somebody of the scenario's own, who is disabled
    When he begins to sign in at <party> and gives his password
    Then the provider refuses him, because his account is disabled
    And he is nobody at <party>, and no account of his is there

    Examples: In the lab
      | party  |
      | Gitea  |
      | Vault  |
      | Matrix |

    Examples: Where there is one
      | party   |
      | Harbor  |
      | Grafana |
