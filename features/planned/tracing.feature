@planned
Feature: The platform collects traces
  An application on the cluster sends its spans to an OpenTelemetry collector and need not know where they are
  kept. (Roadmap: "OpenTelemetry, distributed tracing, later when complexity warrants".)

  Until it is built, no service of the cluster listens for OTLP. When it fails later, requests that cross
  several services cannot be followed.
  Not covered: that the span can be found again.

  @id:planned-tracing
  Scenario: A span is accepted from a pod
    Given the OpenTelemetry collector of the cluster
    When a pod sends it a span
    Then the collector accepts the span
