@disruptive @touches:registry
Feature: The platform can do without its cache of images
  Decision of the roadmap: nodes ask the platform's own registry first and the registry behind it second, so that the
  registry may run on the very cluster that pulls through it.

  When this fails, a registry that is down keeps itself and everything else from starting.
  Not covered: a cache that hangs or hands out something broken; how long a pull takes then.

  Background:
    Given every node of the inventory is Ready
    And every workload of the platform has all its pods

  @id:pulls-without-cache
  Scenario: Pulls succeed while the cache is down
    Given an image that neither the cache nor a node has
    When the cache is down
    And a pod on the second worker asks for it
    Then the pod runs, and its node has pulled the image
    When the cache is there again
    Then the cache has never seen the image
