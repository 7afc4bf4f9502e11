@bootstrap @requires:rebuild
Feature: What is needed comes up first
  Vault's values are brought into the cluster before any program is started with them; the identity provider knows its
  applications before one of them sends somebody there. Nothing is started in the hope that the rest will follow.
  Names are those of `make plan`: vault_configuration fills Vault, external_secrets_config opens it to the cluster,
  drawn_secrets are the passwords that nobody has to know, relying_parties are the clients at the provider.

  When this fails, something crashes again and again until what it needs is there, with longer pauses each time; or for
  ever, if that waits for it in turn. Gitea once did so for ten hours.
  Not covered: how long each part takes (the timeline of the report has it); an order after the bootstrap, as when a
  node comes back; what a product's own parts wait for among themselves.

  Background:
    Given the platform was bootstrapped from nothing

  @id:units-start-after-their-needs
  Scenario: Every unit of the plan began when what it needs was ready
    Then no unit began before each one that it needs was ready

  @id:secrets-before-identity-before-applications
  Scenario: Secrets come before the identity provider, and that one before its applications
    Then each of these began when the one before it was ready:
      | vault                   |
      | vault_configuration     |
      | external_secrets_config |
      | relying_parties         |
      | gitea                   |
    And each of these began when the one before it was ready:
      | drawn_secrets     |
      | identity_provider |
      | realm             |
      | relying_parties   |
      | synapse           |
    And each of these began when the one before it was ready:
      | relying_parties |
      | vault_oidc      |

  @id:nothing-starts-before-its-secrets
  Scenario: Nothing was started before the Secrets that it is given
    Then no pod of Vault, the identity provider and the applications asked for what was not there
    And no container has been started a second time, those that prepare a pod included
    And no pod was let wait before it was tried again, those that are gone included
    And no pod has failed, those of jobs included
