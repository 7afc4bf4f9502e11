@conformance
Feature: Secrets stand in Secrets, and nowhere else
  A value that is secret is drawn, synced or unsealed into a Secret, and whoever needs it refers to that. What is written
  into a ConfigMap, an argument or a variable can be read by everybody who may look at the application.

  When this fails, a password is on the screen of whoever describes a pod, in every backup of the manifests and, where
  they are kept in git, in its history for ever.
  Not covered: values shorter than 12 characters, what containers log, and what is encoded otherwise than in base64.

  @id:no-object-holds-secret
  Scenario: No object holds what a Secret holds
    Then no value of a Secret stands in the clear in any object of the cluster

  @id:no-literal-env
  Scenario: No container is told a secret as it stands
    Then every variable of a container that is a secret by its name comes from elsewhere
