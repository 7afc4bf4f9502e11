@planned
Feature: Images come through the platform's own registry
  Harbor passes on what it does not have yet and keeps it: a rebuild pulls most of its images from the owner's
  own network. Every node falls back to the public registries, so that a cluster without Harbor still boots.

  Until it is built, the registry's name does not resolve. When it fails later, bootstraps are slow and public
  registries refuse the platform ("429 Too Many Requests").
  Not covered: the nodes' fall-back, and how much of what is pulled was in the cache.

  Scenario Outline: The proxy project <project> passes images on
    Then from the operator's workstation the registry offers <image> of the project <project>

    Examples:
      | project               | image                            |
      | docker-hub-proxy      | library/busybox                  |
      | ghcr-proxy            | fluxcd/flux-cli                  |
      | quay-proxy            | jetstack/cert-manager-controller |
      | registry-k8s-io-proxy | pause                            |
