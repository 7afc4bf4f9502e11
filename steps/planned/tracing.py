"""The platform collects traces."""

from __future__ import annotations

from pytest_bdd import given, scenarios, then, when

from inventory import Planned
from probes import kubernetes, planned
from probes.http import Response
from probes.kubernetes import Api, Service
from probes.outcomes import NetworkFailure
from steps.vocabulary.pods import StartGreeters
from steps.vocabulary.seen import Seen
from steps.wiring import InPod

scenarios("planned/tracing.feature")


@given("the OpenTelemetry collector of the cluster", target_fixture="collector")
def collector_of_the_cluster(api: Api, seen: Seen) -> Service:
    found = seen(f"services that listen for OTLP ({planned.OTLP_PORT})", _listening(api, planned.OTLP_PORT))
    assert found, f"no service of the cluster listens for OTLP ({planned.OTLP_PORT})"
    return found[0]


def _listening(api: Api, port: int) -> list[Service]:
    """Return the services that listen on a port."""
    return [one for one in kubernetes.services(api) if port in {each.port for each in one.ports}]


@when("a pod sends it a span", target_fixture="reply")
def pod_sends_span(
    start_greeters: StartGreeters, inventory: Planned, in_pod: InPod, collector: Service
) -> Response | NetworkFailure:
    node = inventory.workers[0].name
    pod = start_greeters([node]).pods[node]
    return planned.send_span(in_pod(pod.namespace, pod.name), collector.cluster_ip)


@then("the collector accepts the span")
def span_is_accepted(reply: Response | NetworkFailure, seen: Seen) -> None:
    answer = seen("the collector's answer", reply, "a pod on the first worker")
    assert isinstance(answer, Response), str(answer)
    assert answer.status == 200, str(answer)  # noqa: PLR2004 - the protocol's word for "taken"
