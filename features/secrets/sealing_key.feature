@conformance
Feature: Layer 00 holds the key pair that bootstrap secrets are sealed with
  What the cluster must know before it has a Vault is kept in git, sealed for one key pair. The pair lives in
  layer 00, so that the sealed secrets of yesterday open in the cluster of tomorrow.

  When this fails, the next rebuild stops in the middle: the secrets in git cannot be opened by anybody.
  Not covered: that the cluster's controller holds the same pair and opens what is sealed with it.

  @id:sealing-key-strong
  Scenario: The key pair is strong and belongs together
    Then the sealing certificate of layer 00 holds an RSA key of 4096 bits
    And the private key of layer 00 belongs to that certificate

  @id:sealing-certificate-valid
  Scenario: The certificate is valid for some time yet
    Then the sealing certificate of layer 00 is valid now and for another 30 days
