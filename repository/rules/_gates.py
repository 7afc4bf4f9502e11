"""What a bootstrap waits for: the commands of scripts that stop until something is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from repository.reading.shell import Command, Script
from repository.repository import Repository
from repository.values import Place

LOOP = re.compile(r"\b(?:until|while)\b")
KINDS = {
    "cm": "ConfigMap",
    "configmap": "ConfigMap",
    "crd": "CustomResourceDefinition",
    "customresourcedefinition": "CustomResourceDefinition",
    "daemonset": "DaemonSet",
    "deploy": "Deployment",
    "deployment": "Deployment",
    "ds": "DaemonSet",
    "helmrelease": "HelmRelease",
    "hr": "HelmRelease",
    "ingress": "Ingress",
    "job": "Job",
    "ks": "Kustomization",
    "kustomization": "Kustomization",
    "namespace": "Namespace",
    "ns": "Namespace",
    "secret": "Secret",
    "service": "Service",
    "statefulset": "StatefulSet",
    "sts": "StatefulSet",
    "svc": "Service",
}
"""Kinds as ``kubectl`` takes them, without a plural's s and without a group."""
_VALUED = {
    "-n",
    "--namespace",
    "-o",
    "--output",
    "-l",
    "--selector",
    "--context",
    "--kubeconfig",
    "--server",
    "-s",
    "--for",
    "--timeout",
}
"""Options that take the next word."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One object that a gate waits for. ``kind`` is "" when it is not known here; ``namespace`` "" when not given."""

    kind: str
    namespace: str
    name: str
    place: Place
    script: Script


def line_of(script: Script, place: Place) -> str:
    """The line of a script that a command stands on, with those that it goes on from."""
    lines = script.text.splitlines()
    at = place.line - script.place.line
    return lines[at] if 0 <= at < len(lines) else ""


def waits(repo: Repository) -> Iterator[Wait]:
    """Every object, by name, that a script stops for."""
    for script in repo.scripts:
        for command in script.commands:
            if command.name == "kubectl" and _is_gate(script, command):
                yield from _objects(script, command)


def _is_gate(script: Script, command: Command) -> bool:
    words = [each for each in command.words[1:] if not each.startswith("-")]
    if "wait" in words[:1] or words[:2] == ["rollout", "status"]:
        return True
    return "get" in words and bool(LOOP.search(line_of(script, command.place)))


def _objects(script: Script, command: Command) -> Iterator[Wait]:
    plain: list[str] = []
    namespace, skip = "", False
    words = command.words[1:]
    for number, word in enumerate(words):
        if skip:
            skip = False
        elif word in {"-n", "--namespace"}:
            namespace, skip = (words[number + 1] if number + 1 < len(words) else ""), True
        elif word.startswith("--namespace="):
            namespace = word.partition("=")[2]
        elif word in _VALUED:
            skip = True
        elif word.startswith(("-", ">", "2>", "|")):
            continue
        else:
            plain.append(word)
    names = [each for each in plain if each not in {"wait", "rollout", "status", "get"}]
    yield from (
        Wait(kind, namespace, name, command.place, script)
        for kind, name in _named(names)
        if "$" not in name + namespace
    )


def _named(words: list[str]) -> Iterator[tuple[str, str]]:
    if not words:
        return
    if "/" in words[0]:
        pairs = [each.partition("/") for each in words if "/" in each]
        yield from ((kind_of(kind), name) for kind, _, name in pairs)
    else:
        yield from ((kind_of(words[0]), name) for name in words[1:])


def kind_of(word: str) -> str:
    """The kind that a word of ``kubectl`` means; "" when it is not one of those known here."""
    short = word.partition(".")[0].lower()
    return KINDS.get(short) or KINDS.get(short.removesuffix("s")) or KINDS.get(short.removesuffix("es")) or ""
