@decision
Feature: GitOps: Flux with proper dependency ordering
  Decision of the roadmap: Flux brings everything above the infrastructure, in an order that is written down as
  dependencies and holds on the first bootstrap as well as on the hundredth reconciliation.

  When this fails, parts of the platform wait for each other, are silently absent, or are rolled back while they start.
  Not covered: what a chart renders when the chart is not in the repository.

  @id:decision-dependencies-acyclic
  Scenario: Every dependency leads to a Kustomization, and none leads back
    Rationale: Flux waits for ever for a dependency that is missing or that waits in turn; a cycle kept Gitea in a
    crash loop for ten hours.
    When the repository is held against the rule dependencies-lead-somewhere
    Then nothing in it contradicts the decision

  @id:decision-kustomizations-rooted
  Scenario: Every Kustomization is reached from the root
    Rationale: a file that no root includes is never applied, and nothing says so.
    When the repository is held against the rule kustomizations-are-rooted
    Then nothing in it contradicts the decision

  @id:decision-one-owner
  Scenario: One object has one owner
    Rationale: two Kustomizations with the same HelmRelease upgraded it against each other, 625 times in two days.
    When the repository is held against the rule one-owner
    Then nothing in it contradicts the decision

  @id:decision-timeouts-nest
  Scenario: A Kustomization is more patient than the releases it waits for
    Rationale: one that gives up first reports as failed what is well a minute later, and holds up what depends on it.
    When the repository is held against the rule timeouts-nest
    Then nothing in it contradicts the decision

  @id:decision-wait-or-health-checks
  Scenario: A Kustomization waits for everything or for named objects, not both
    Rationale: with wait, Flux ignores the list of health checks; what is written there is believed and not done.
    When the repository is held against the rule wait-or-health-checks
    Then nothing in it contradicts the decision

  @id:decision-health-checks-exist
  Scenario: A health check names an object that the manifests bring
    Rationale: Flux waits until the timeout for an object that nobody makes, and whatever depends on it waits too.
    When the repository is held against the rule health-checks-name-what-exists
    Then nothing in it contradicts the decision

  @id:decision-crds-first
  Scenario: A kind is defined before it is used
    Rationale: on a fresh cluster the API refuses objects of a kind that is not defined yet. On the old one it worked.
    When the repository is held against the rule crds-come-first
    Then nothing in it contradicts the decision

  @id:decision-versions-pinned
  Scenario: Versions are pinned
    Rationale: a rebuild from nothing must build what was tried. What floats changed under a bootstrap more than once.
    When the repository is held against the rule versions-are-pinned
    Then nothing in it contradicts the decision
