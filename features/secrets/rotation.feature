@conformance
Feature: A changed secret reaches the pods that use it
  Whoever rotates a secret changes it in Vault and need not know who uses it: the cluster's Secret follows, and
  pods that asked for it are replaced. (Roadmap: "Secret Rotation Infrastructure, Stakater Reloader".)

  When this fails, pods go on with the old secret, and a rotation locks the owner out of a service hours later,
  when its old credential is withdrawn.
  Not covered: services that read a secret only when first installed; the withdrawal of the old credential; a login at
  an application after its client's secret was changed, at the provider too.

  @id:pods-replaced-on-secret-change
  Scenario: Pods that asked for it are replaced when their secret changes
    Given a deployment that wants to be restarted when its secret changes
    When the secret is changed
    Then the deployment's pods are replaced and see the new secret

  @id:vault-change-reaches-pods
  Scenario: A value that is changed in Vault arrives in the pods that use it
    Given a deployment that wants to be restarted when its secret changes, which comes from Vault
    When the value is changed in Vault
    Then the cluster's Secret has the new value
    And the deployment's pods are replaced and see the new secret

  @id:vault-users-ask-for-restart
  Scenario: Whoever is given a Secret from Vault asks to be restarted when it changes
    Then every workload with a Secret from Vault asks to be restarted when that changes

  @id:unchanged-pods-left-alone
  Scenario: Pods whose secret has not changed are left alone
    Given a deployment that wants to be restarted when its secret changes
    And another such deployment, with a secret of its own
    When the secret is changed
    Then the deployment's pods are replaced and see the new secret
    And the other deployment's pods are the same as before
