"""Known causes of pods, services and names of the cluster that do not reach each other."""

from __future__ import annotations

from diagnosis.chapters import nodes
from diagnosis.chapters.networking import CNI, DNS, SPEAKER, Look
from diagnosis.incident import Evidence, Incident, contradicted, contradicted_in, either, on
from diagnosis.look import seen
from probes.objects import Object
from probes.outcomes import TimedOut
from probes.routes import Hop, NoWay
from probes.supervised import NodeService, ServiceState

PROXY = "kube-proxy"


def _hops(look: Look) -> list[Hop | NoWay]:
    return [hop for found in seen(look.hops, {}).values() for hop in found.values()]


def _no_hop(look: Look) -> bool:
    """A node's kernel has no way to the pods of another one."""
    return any(isinstance(each, NoWay) for each in _hops(look))


def _closed_to_the_api(look: Look) -> bool:
    """No control-plane node has a way to the pods of some worker."""
    plan = seen(look.plan, None)
    if plan is None:
        return False
    asked = [found for name, found in seen(look.hops, {}).items() if name in plan.controlplanes]
    return bool(asked) and any(
        all(isinstance(found.get(worker), NoWay) for found in asked) for worker in plan.workers
    )


def _programs(evidence: Evidence) -> list[NodeService]:
    """The nodes' programs, as looked at and as the scenario saw them."""
    machines = evidence.look(nodes.Look)
    found = seen(machines.programs, {}).values() if machines else ()
    return [*evidence.facts(NodeService), *(each for one in found for each in one)]


def _agent_down(evidence: Evidence) -> bool:
    """An agent of the CNI does not run on a node that has it."""
    look = evidence.look(Look)
    workloads = (each for each in (seen(look.workloads, ()) if look else ()) if each.name in CNI)
    programs = (each for each in _programs(evidence) if each.name in CNI)
    return any(each.ready < each.desired for each in workloads) or any(not each.well for each in programs)


def _no_proxy(evidence: Evidence) -> bool:
    """kube-proxy does not run on a node that has it."""
    return any(
        each.name == PROXY and each.state is not ServiceState.RUNNING for each in _programs(evidence)
    )  # fmt: skip


def _no_dns(look: Look) -> bool:
    """The Deployment of the cluster's DNS has no ready pod."""
    return any(each.name in DNS and each.ready == 0 for each in seen(look.workloads, ()))


def _no_speaker(look: Look) -> bool:
    """No speaker of MetalLB is ready."""
    return any(each.name == SPEAKER and each.ready == 0 for each in seen(look.workloads, ()))


def _elsewhere(look: Look) -> bool:
    """An advertisement names interfaces, and the nodes' network card is not among them."""
    plan = seen(look.plan, None)
    return plan is not None and any(
        each.interfaces and plan.interface not in each.interfaces for each in seen(look.advertisements, ())
    )


def _filtered(evidence: Evidence) -> bool:
    """A pod did not answer in time, every node has a way to the pods of every other, and what services need runs."""
    look = evidence.look(Look)
    if look is None or not evidence.facts(TimedOut):
        return False
    hops = _hops(look)
    routed = bool(hops) and all(isinstance(each, Hop) for each in hops)
    by_a_service = _no_proxy(evidence) or _no_dns(look) or _no_speaker(look) or _elsewhere(look)
    return routed and not by_a_service


def _beyond(look: Look) -> bool:
    """A pool has an address that the advertised route does not cover."""
    plan = seen(look.plan, None)
    ranges = (ends for each in seen(look.pools, ()) for ends in each.ranges)
    return plan is not None and any(end not in plan.route for ends in ranges for end in ends)


def _drifted(look: Look) -> bool:
    """The pools, or their ranges, are not the planned ones, and lie inside the advertised route."""
    plan, pools = seen(look.plan, None), seen(look.pools, ())
    if plan is None or not pools or _beyond(look):
        return False
    return {each.name: each.ranges for each in pools} != {each.name: each.ranges for each in plan.pools}


def _handed_out(look: Look) -> bool:
    """A pool hands out its addresses in another way than planned."""
    plan = seen(look.plan, None)
    planned = {each.name: each.auto_assign for each in plan.pools} if plan else {}
    return any(
        each.auto_assign is not planned.get(each.name, each.auto_assign) for each in seen(look.pools, ())
    )


def _outside(look: nodes.Look) -> bool:
    """The range of a node's pods is not inside the pod network."""
    plan, ranges = seen(look.plan, None), map(nodes.pod_range, seen(look.nodes, ()))
    return plan is not None and any(one and not one.subnet_of(plan.pod_network) for one in ranges)


def _gitops(evidence: Evidence) -> bool:
    """An object of the CNI carries a label of GitOps."""
    return any(each.gitops for each in evidence.facts(Object))


INCIDENTS = (
    Incident(
        slug="pod-route-missing",
        symptom="Applications time out in some combinations of nodes only.",
        cause=(
            "A route between two nodes is missing: the CNI's daemon has died, or something else owns the table."
        ),
        cure="Restart the CNI's daemon on the node whose kernel says that there is no route.",
        matches=on(Look, _no_hop),
        about=("networking/cni",),
        reproduce="pytest -m conformance --fault pod_route_missing",
    ),
    Incident(
        slug="apiserver-to-pod-blocked",
        symptom=(
            "Webhooks time out, aggregated APIs are unavailable, kubeseal cannot reach its controller; "
            "pods reach each other."
        ),
        cause="The way from the control-plane nodes into the pod network is closed.",
        cure=(
            "Let the host network reach pods: hostLegacyRouting, endpointRoutes and socketLB, where "
            "Cilium is the CNI."
        ),
        matches=on(Look, _closed_to_the_api),
        about=("pod-to-pod[a pod on the first controller, the second controller]", "pod-to-pod"),
        reproduce="pytest -m conformance --fault pods_closed_to_the_api",
    ),
    Incident(
        slug="pods-filtered",
        symptom="Some pods do not reach each other, without any refusal.",
        cause="A packet filter on a node drops what goes between pods: a policy, or a rule that was left behind.",
        cure="Look at the node's rules (iptables, nft, the CNI's policies) with their counters.",
        matches=_filtered,
        about=(
            "pod-to-pod[a pod on the first worker, the second worker]",
            "pod-to-pod[a pod on the first worker, the first controller]",
            "pod-to-pod[a pod on the first controller, the second worker]",
            "pod-to-pod[a pod on the first controller, the second controller]",
        ),
        reproduce="pytest -m conformance --fault pods_of_a_node_isolated",
    ),
    Incident(
        slug="pod-range-outside",
        symptom=(
            "A node's range of pod addresses is none of the pod network; its pods reach nothing and "
            "nothing reaches them."
        ),
        cause="The node was registered with a range of its own, by an older configuration or by hand.",
        cure="Remove the node from the cluster and let it register anew.",
        matches=on(nodes.Look, _outside),
        about=("networking/cni",),
        reproduce="pytest -m conformance --fault pod_range_outside",
    ),
    Incident(
        slug="cilium-bad-value-crash",
        symptom="On a subset of nodes pods get no network; the agents there are in CrashLoopBackOff.",
        cause=(
            "A value that the agent does not take (a range of node ports, an algorithm, native routing "
            "without a network)."
        ),
        cure="Correct the value; check it with the same version before a rollout.",
        matches=_agent_down,
        about=("networking/cni", "pod-to-pod"),
        unproven="The lab's CNI is flannel, which takes none of these values, and no fault stops its agent.",
    ),
    Incident(
        slug="kubeproxy-replacement-off",
        symptom=(
            "Services and node ports are dead on a node, or new ones are; pods are reached by their own "
            "addresses."
        ),
        cause="Neither kube-proxy runs there, nor the CNI in its place.",
        cure="Run kube-proxy, or the CNI's replacement for it, on every node.",
        matches=_no_proxy,
        reproduce="pytest -m conformance --fault kube_proxy_stopped",
    ),
    Incident(
        slug="flux-manages-cni",
        symptom="Workers are NotReady for ever after a reconciliation, and image pulls fail.",
        cause="Objects of the CNI came under GitOps, which replaced or pruned them.",
        cure="Take them out of git; the CNI belongs to layer 01.",
        matches=either(contradicted, _gitops),
        about=("decision-cni-by-terraform",),
        reproduce="pytest -m conformance --fault cni_owned_by_gitops",
    ),
    Incident(
        slug="cni-worker-readiness-deadlock",
        symptom="The health check before the CNI waits for workers, which wait for the CNI.",
        cause="The gate asked for all nodes to be Ready.",
        cure="Before there is a CNI, check the control-plane nodes only.",
        about=("bootstrap/*", "layers-complete-in-order"),
        unproven="The lab's gates before the CNI check the control-plane nodes only.",
    ),
    Incident(
        slug="coredns-down",
        symptom="Names do not resolve in pods, addresses work.",
        cause="No pod of the DNS is ready: scaled to nothing, crash-looping, or nowhere to run.",
        cure="Scale it up; look at why its pods do not become ready.",
        matches=on(Look, _no_dns),
        reproduce="pytest -m conformance --fault coredns_absent",
    ),
    Incident(
        slug="announcement-stopped",
        symptom="A service has its EXTERNAL-IP, and nothing on the network finds it.",
        cause="MetalLB's speakers do not run.",
        cure="Look at the DaemonSet of the speakers: its selector, its pods' admission.",
        matches=on(Look, _no_speaker),
        reproduce="pytest -m conformance --fault speaker_absent",
    ),
    Incident(
        slug="metallb-announces-lxc",
        symptom=(
            "A service has its EXTERNAL-IP, answers inside the cluster, and nothing on the network finds it."
        ),
        cause="MetalLB announces on interfaces of pods (lxc*) instead of the nodes' network card.",
        cure="Name the card in the L2Advertisement.",
        matches=on(Look, _elsewhere),
        reproduce="pytest -m conformance --fault announced_on_no_card",
    ),
    Incident(
        slug="address-pool-drift",
        symptom="Services wait for an address although some are free, or get one that nobody planned.",
        cause="A pool of MetalLB was changed by hand.",
        cure="Run the bootstrap again: it applies the planned pools.",
        matches=either(contradicted_in("ranges"), on(Look, _drifted)),
        about=("decision-pools-exact",),
        reproduce="pytest -m conformance --fault pool_changed",
    ),
    Incident(
        slug="pool-outside-route",
        symptom="A service answers at home and not from the VPS.",
        cause="A pool was enlarged, and the advertised route was not.",
        cure="Advertise a network that covers all pools, or shrink the pool.",
        matches=either(contradicted, on(Look, _beyond)),
        about=("decision-routes-cover-pools",),
        reproduce="pytest -m conformance --fault pool_outgrown",
    ),
    Incident(
        slug="reserved-pool-open",
        symptom="A service that asked for nothing has the ingress' address, and every website goes dark.",
        cause="A reserved pool assigns automatically, or the common one does not.",
        cure="Set autoAssign as planned: off for the reserved pools, on for services-pool.",
        matches=either(contradicted_in("auto-assign"), on(Look, _handed_out)),
        about=("decision-pools-exact",),
        reproduce="pytest -m conformance --fault reserved_pools_given_away",
    ),
)
