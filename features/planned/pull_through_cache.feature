@planned
Feature: Images of every public registry come through the platform's own
  Harbor has a project for each of them, which passes on what it does not have yet and keeps it. (That one registry's
  images come so, and that nodes fall back, is platform/pull_through_cache.)

  Until it is built, the registry has no such project. When it fails later, bootstraps are slow and public
  registries refuse the platform ("429 Too Many Requests").
  Not covered: how much of what is pulled was in the cache.

  @id:planned-proxy-project
  Scenario Outline: The proxy project <project> passes images on
    Then from the operator's workstation the registry offers <image> of the project <project>

    Examples:
      | project               | image                            |
      | ghcr-proxy            | fluxcd/flux-cli                  |
      | quay-proxy            | jetstack/cert-manager-controller |
      | registry-k8s-io-proxy | pause                            |
