@conformance
Feature: Certificates are renewed before they expire
  A certificate lasts 90 days and cert-manager asks for the next one a month before. Nobody looks at it: the new
  certificate takes the place of the old one in its Secret, and the ingress controller shows it from then on.

  When this fails, every website breaks at once, on a day that was known for three months.
  Not covered: what an application does that reads a certificate only when it starts.

  @id:renewal-before-expiry
  Scenario: Every certificate has a day of renewal before its last one, and none is overdue
    Then every certificate of the cluster is to be renewed before it expires
    And none of them is overdue

  @id:due-certificate-renewed
  Scenario: A certificate that is due is renewed, and the new one is shown
    Given an authority that may be asked as often as one likes
    And a website of the scenario's own, whose certificate is due 30 seconds after it was issued
    When its first certificate is shown at the ingress VIP
    Then its certificate is renewed
    And the renewed certificate has another serial, and the old names
    And it is shown at the ingress VIP in place of the first one
