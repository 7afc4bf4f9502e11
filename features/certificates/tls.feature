@conformance
Feature: A stranger's tool finds nothing wrong with the TLS of a website
  testssl.sh looks at a website from the public internet as an auditor would: its protocols and ciphers, its
  certificate, and the attacks of the last twenty years. It knows nothing of this specification, which makes it
  a cross-check of the probes that everything else is judged by. It takes a minute for one website; all of them have
  the same server, and the one whose certificate ends first is the one that a visitor is turned away from first.

  When this fails, a browser of tomorrow refuses a website that one of today accepts; or our own probe is blind.
  Not covered: the other websites, findings below MEDIUM, HTTP headers of the applications behind.

  @id:testssl-clean
  Scenario: testssl.sh finds nothing of severity MEDIUM or more that is not explained
    Given the websites of the cluster
    When testssl.sh looks from the public internet at the website whose certificate ends first
    Then it says of the certificate what our own probe says
    And it finds exactly these of severity MEDIUM or more:
      | finding         | explanation                                                                          |
      | cert_revocation | the authorities offer no OCSP any more (2025): a certificate of 90 days is waited out |
