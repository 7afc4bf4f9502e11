"""Symptoms of what the inventory names: which workload or website it is, is known when they are looked for."""

from __future__ import annotations

from collections.abc import Callable

from faults import symptoms
from faults.kinds.certificates import certificate
from faults.words import filled
from provisioning.gates import Gate
from provisioning.target import Target


def of(expected: str, symptom: Callable[[Target], Gate[Target]]) -> Gate[Target]:
    """A symptom that is made for the target. expected: what is waited for, in words."""
    return Gate(lambda target: symptom(target).holds(target), bool, expected)


def gone(service: str, kind: str = "Deployment") -> Gate[Target]:
    """The workload of a service of the inventory has no pod. kind: "Deployment" or "DaemonSet"."""

    def symptom(target: Target) -> Gate[Target]:
        namespace, name = (
            filled(target, f"{{services.{service}.{key}}}") for key in ("namespace", "workload")
        )
        return symptoms.pods(kind, namespace, name, 0)

    return of(f"the {kind} of {service} has no pod", symptom)


def chain(service: str, by: str) -> Gate[Target]:
    """The website of a service of the inventory shows a chain as `symptoms.chain` has it."""

    def symptom(target: Target) -> Gate[Target]:
        wanted = certificate(target, service)
        return symptoms.chain(f"{wanted.namespace}/{wanted.name}", by)

    return of(f"the website of {service} shows a chain of {by or 'no known authority'}", symptom)


def runs(path: str, words: str) -> Gate[Target]:
    """All pods of a Deployment were started from a description that has these words. path: with names in braces."""
    return of(
        f"the pods run with {words}",
        lambda target: symptoms.runs(filled(target, path), words),
    )
