"""Routes are there, and packets between pods fall."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A pod did not answer in time, and every node has a way to the pods of every other."""
    ways = [way for ways in evidence.seen.ways.values() for way in ways.values()]
    return "no answer within" in evidence.said and bool(ways) and set(ways) == {"ok"}


INCIDENT = Incident(
    slug="pods-filtered",
    symptom="Some pods do not reach each other, without any refusal.",
    cause=("A packet filter on a node drops what goes between pods: a policy, or a rule that somebody left."),
    cure="Look at the node's rules (iptables, nft, the CNI's policies) with their counters.",
    told_by=told_by,
    about=(
        "pod-to-pod[a pod on the first worker, the second worker]",
        "pod-to-pod[a pod on the first worker, the first controller]",
        "pod-to-pod[a pod on the first controller, the second worker]",
        "pod-to-pod[a pod on the first controller, the second controller]",
    ),
    reproduce="pytest -m conformance --fault pods_of_a_node_isolated",
)
