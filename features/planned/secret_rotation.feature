@planned
Feature: A changed secret reaches the pods that use it
  Whoever rotates a secret need not know who uses it: pods that asked for it are replaced. (Roadmap: "Secret
  Rotation Infrastructure, Stakater Reloader".)

  Until it is built, pods go on with the old secret. When it fails later, a rotation locks the owner out of a
  service hours afterwards, when its old credential is withdrawn.
  Not covered: where the new secret comes from, and services that read a secret only when first installed.

  @incident:eso-generator-rotates
  Scenario: Pods that asked for it are replaced when their secret changes
    Given a deployment that wants to be restarted when its secret changes
    When the secret is changed
    Then the deployment's pods are replaced and see the new secret
