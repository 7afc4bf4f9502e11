@conformance
Feature: What Vault keeps is where programs read it
  The External Secrets operator brings what Vault keeps into Secrets of the cluster, and refreshes them. It also
  makes up passwords for what needs one at its first start; those are never made up again, because the program
  that was started with one has stored it.

  When this fails, a program waits for a Secret that never comes; or it is well for hours, until a value changes
  under it and every login fails.
  Not covered: how soon a program takes a changed value up (rotation.feature); what the stores' own
  credentials may read beside what they need; values that a template makes.

  Rule: from the stores into the cluster

    @id:secret-stores-ready
    Scenario: Every store lets External Secrets in
      Then every secret store of the cluster is Ready

    @id:external-secrets-synced
    Scenario: Every Secret that is asked for is there
      Then every ExternalSecret is synced, and none is overdue
      And every Secret that they make is there, and has no empty value

    @id:cluster-has-vault-value
    Scenario: The cluster has what Vault has
      Then every Secret that is taken from Vault has the values that Vault had when it was taken
      And each relying party's own are among them, where External Secrets brings any

    @id:missing-vault-secret-not-invented
    Scenario: What Vault does not have is not made up
      Given an ExternalSecret of the scenario's own for something that Vault does not have
      Then it is said to be not synced, because there is no such secret
      And there is no Secret of its name

  Rule: what is made up stays

    @id:generated-secrets-stable
    Scenario: No generated secret is ever generated again
      Then no ExternalSecret with a generator is refreshed within a year

    @id:no-outdated-generated-secret
    Scenario: No program runs with an older value than the generated one
      Then no pod with a generated secret is older than that secret
