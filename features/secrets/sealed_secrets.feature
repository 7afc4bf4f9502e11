@conformance
Feature: What is sealed in git opens in the cluster, and nowhere else
  A few secrets are older than Vault and so lie in git, sealed. The cluster opens them with the key pair of layer
  00 and no other, so that each cluster after a rebuild opens what was sealed for the one before (that it does is
  in bootstrap/destroy.feature).

  When this fails, it is at the next rebuild: Secrets that were sealed for a key that is gone never appear, and
  what needs them (the storage's credentials first of all) waits for ever.
  Not covered: which secrets may be sealed (decisions), and whether the pair itself is good (sealing_key.feature).

  Rule: the cluster has the key pair of layer 00

    @id:controller-has-layer-00-key
    Scenario: The cluster opens with the pair of layer 00
      Then the certificate of layer 00 is among those that the cluster opens with, by its serial number
      And the private key beside it is that of layer 00

    @id:controller-serves-layer-00-certificate
    Scenario: Whoever asks the cluster what to seal with is given layer 00's certificate
      Then the controller offers the certificate of layer 00, by its serial number

  Rule: what is sealed for it opens

    @id:sealed-secrets-open
    Scenario: Everything sealed in the cluster is open
      Then every SealedSecret is open
      And the Secret of each has exactly the keys that were sealed

    @id:sealed-with-layer-00-opens
    Scenario: What is sealed with layer 00's certificate opens
      When something is sealed with the certificate of layer 00, for a name of the scenario's own
      Then it is opened, into a Secret with what was sealed

  Rule: nothing else opens

    @id:sealed-for-other-key-refused
    Scenario: What is sealed for another key stays closed, and it is said why
      When something is sealed with another certificate, for a name of the scenario's own
      Then it stays closed, because no key opens it
      And there is no Secret of that name

    @id:sealed-for-other-name-refused
    Scenario: What is sealed for another name stays closed
      When something that was sealed for another name is given a name of the scenario's own
      Then it stays closed, because no key opens it
      And there is no Secret of that name
