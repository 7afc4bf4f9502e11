"""The platform collects traces."""

from __future__ import annotations

from pytest_bdd import given, scenarios, then, when

from probes import kubernetes, planned
from probes.http import Response
from probes.kubernetes import Api, Service
from probes.outcomes import NetworkFailure
from steps.vocabulary.pods import StartGreeters
from steps.wiring import InPod, Inventory, Observed

scenarios("planned/tracing.feature")


@given("the OpenTelemetry collector of the cluster", target_fixture="collector")
def collector_of_the_cluster(api: Api, observed: Observed) -> Service:
    found = [
        service
        for service in kubernetes.services(api)
        if planned.OTLP_PORT in {port.port for port in service.ports}
    ]
    observed(f"services that listen for OTLP ({planned.OTLP_PORT})", found)
    assert found, f"no service of the cluster listens for OTLP ({planned.OTLP_PORT})"
    return found[0]


@when("a pod sends it a span", target_fixture="reply")
def pod_sends_span(
    start_greeters: StartGreeters, inventory: Inventory, in_pod: InPod, collector: Service
) -> Response | NetworkFailure:
    node = inventory.workers[0].name
    pod = start_greeters([node]).pods[node]
    return planned.send_span(in_pod(pod.namespace, pod.name), collector.cluster_ip)


@then("the collector accepts the span")
def span_is_accepted(reply: Response | NetworkFailure, observed: Observed) -> None:
    observed("the collector's answer", reply, "a pod on the first worker")
    assert isinstance(reply, Response), str(reply)
    assert reply.status == 200, reply  # noqa: PLR2004 - the protocol's word for "taken"
