@decision
Feature: The repository can be read, and what is waived is still wrong
  Context: a rule that could not read a file has not been held against it, and an exception that outlives its
  reason hides the next violation.
  Decision: whatever cannot be parsed or rendered is named, and fails until it is mended or waived. A waiver names
  its rule, its object, a reason and a date.

  When this fails, other decisions are known only in part.
  Not covered: charts and bases that are not in the repository; nothing is fetched.

  @id:repository-readable
  Scenario: Everything in the repository can be read and rendered
    Given the owner's repository
    Then nothing in it is unread

  @id:waivers-needed
  Scenario: Every waiver is needed and has not expired
    Given the owner's repository
    Then no waiver is stale
