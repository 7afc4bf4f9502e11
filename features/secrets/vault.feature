@conformance
Feature: Vault keeps the platform's secrets, on three servers that agree
  Every secret of the platform is in Vault, in one engine (KV version 2). Each of its three
  servers has a vote, an address and a volume of its own. Programs let themselves in with the identity of
  their pod (kubernetes/), people with their account at the identity provider (oidc/).

  When this fails, a server is sealed after a restart and nobody notices until the next one is; or secrets no
  longer reach the cluster, and what is started from then on waits for them for ever.
  Not covered: who may read what (policies), audit devices, how the key that unseals is kept. The loss of a
  server is in vault_resilience.feature, a login in a browser in identity/vault_sso.feature.

  Rule: three servers are one Vault

    @id:vault-unsealed
    Scenario: Every server is unsealed
      Then Vault has all its servers, and each of them is unsealed

    @id:vault-raft-voters
    Scenario: Three voters have addresses of their own, and follow one leader
      Then each server has a vote, and an address of its own
      And one server is active, and it is the leader of the voters
      And each server has a volume of its own, which is for one node at a time

  Rule: secrets are kept, for those who may read them

    @id:vault-kv-versions
    Scenario: A secret is read as it was written, and so is its former version
      Given a secret of the scenario's own in Vault
      When it is given another value
      Then Vault has the new value as its latest version, and the old one as the version before

    @id:vault-token-required
    Scenario: Nobody reads a secret without a token
      Given a secret of the scenario's own in Vault
      Then whoever asks every server for it without a token is refused with "403"

    @id:vault-auth-method
    Scenario Outline: <whom> let themselves in by <way>
      Then Vault takes logins at "<way>/", of the kind "<way>"
      And it knows the role that the platform asks for at "<way>/", and not one of nobody's

      Examples:
        | whom     | way        |
        | Programs | kubernetes |
        | People   | oidc       |

  Rule: people find it by its public name

    @id:vault-page-public
    Scenario: The page of Vault is served at its public name
      When a visitor on the public internet opens Vault's page by its public name
      Then it is Vault's own page, with a certificate of the environment's authority
