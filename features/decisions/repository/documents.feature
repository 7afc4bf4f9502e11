@decision
Feature: Documents say what the configuration says
  Decision of the roadmap: documentation is consolidated and not repeated. Where it names an address or a file, it
  names one that is there.

  When this fails, whoever follows the documents at night asks an address that nobody has.
  Not covered: prose; documents in a folder for what is past (archive), examples, and other people's addresses.

  @id:decision-documents-real-addresses
  Scenario: An address in a document is one of the configuration
    Rationale: the cluster was renumbered from 10.0 to 10.2 once, and what still named the old addresses misled.
    When the repository is held against the rule documents-name-real-addresses
    Then nothing in it contradicts the decision

  @id:decision-documents-point-at-files
  Scenario: A file that a document points at exists
    Rationale: documents were renamed and moved to lower case; a link into nothing ends a search.
    When the repository is held against the rule documents-point-at-files
    Then nothing in it contradicts the decision
