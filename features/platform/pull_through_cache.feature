@conformance
Feature: Images come through the platform's own registry
  It passes on what it does not have yet and keeps it, so that a rebuild pulls most of its images from the owner's own
  network. Every node falls back to the registry itself, so that a cluster without a cache still boots.

  When this fails, bootstraps are slow and public registries refuse the platform ("429 Too Many Requests"); or, without
  the fallback, nothing starts at all while the cache is away, which the cache itself then cannot end.
  Not covered: how much of what is pulled was in the cache, and how long it is kept; who may push.

  @id:new-image-through-cache
  Scenario: An image that nobody has asked for goes through the cache
    Given an image that neither the cache nor a node has
    When a pod on the first worker asks for it
    Then the pod runs, and its node has pulled the image
    And the cache has the image

  @id:mirrors-have-fallback
  Scenario: Every mirror of every node can be done without
    Then every node has a mirror for each registry that the cache stands for
    And the first that each mirror asks is the cache, and the last is the registry itself
