"""A gate of the bootstrap waits for what the manifests bring."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from repository.reading.helm import HelmRelease
from repository.reading.shell import Command, Script
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _charts, _gates, _pods, _words
from repository.rules._gates import Wait
from repository.values import get, maps, walk

BUILTIN = {"default", "flux-system", "kube-node-lease", "kube-public", "kube-system"}
"""Namespaces that no manifest needs to make."""
MADE_BY_MANIFESTS = {
    "DaemonSet",
    "Deployment",
    "HelmRelease",
    "Ingress",
    "Kustomization",
    "Service",
    "StatefulSet",
}
URL = re.compile(r"https?://((?:\d{1,3}\.){3}\d{1,3})(?::(\d+))?")
OF_THE_API = {"", "6443", "50000"}
"""Ports that the address of Kubernetes' and Talos' APIs answers on."""


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """Objects, namespaces and addresses that a script waits for, and nobody makes."""
    namespaces = _namespaces(repo)
    for wait in _gates.waits(repo):
        if wait.namespace and wait.namespace not in namespaces:
            yield Finding(
                wait.place,
                _name(wait),
                f"a gate waits in the namespace {wait.namespace}, which nothing makes",
                f"the namespace that it is in{_hint(repo, wait)}",
            )
        elif wait.kind in MADE_BY_MANIFESTS:
            yield from _object(repo, wait)
        elif wait.kind == "Namespace" and wait.name not in namespaces:
            yield Finding(
                wait.place, _name(wait), "nothing makes this namespace", "a namespace of the manifests"
            )
    yield from _addresses(repo)


def _name(wait: Wait) -> str:
    name = f"{wait.namespace}/{wait.name}" if wait.namespace else wait.name
    return f"{wait.kind or 'object'} {name}"


def _hint(repo: Repository, wait: Wait) -> str:
    others = sorted(
        {each.namespace for each in repo.objects if each.name == wait.name and each.kind == wait.kind}
    )
    others += [each.namespace for each in repo.releases if each.release_name == wait.name]
    return f" ({', '.join(dict.fromkeys(others))})" if others else ""


def _namespaces(repo: Repository) -> set[str]:
    found = {each.name for each in repo.written if each.kind == "Namespace"} | BUILTIN
    found |= {each.target_namespace for each in repo.kustomizations}
    found |= {
        each.namespace for each in repo.releases if each.object.get("spec", "install", "createNamespace")
    }
    for block in _words.all_blocks(repo.blocks):
        if block.labels[:1] == ("helm_release",) and block.body.get("create_namespace") is True:
            found.add(str(block.body.get("namespace")))
        if block.labels[:1] in {("kubernetes_namespace",), ("kubernetes_namespace_v1",)}:
            found |= {str(get(each.body, "name")) for each in block.inner("metadata")}
    for document in repo.documents:
        found |= {str(each.get("namespace")) for each in maps(get(document.body, "releases"))}
    return found


def _object(repo: Repository, wait: Wait) -> Iterator[Finding | Unsure]:
    if any(each.kind == wait.kind and each.name == wait.name for each in (*repo.objects, *repo.written)):
        return
    if wait.namespace == "kube-system" or (not wait.namespace and wait.kind != "Namespace"):
        return
    unknown: list[HelmRelease] = []
    made: list[str] = []
    for release in (each for each in repo.releases if each.namespace == wait.namespace):
        known = _charts.workloads(release)
        if known is None:
            unknown.append(release)
        else:
            made += [f"{kind} {name}" for kind, name in known]
    if f"{wait.kind} {wait.name}" in made:
        return
    if unknown or wait.kind == "Service":
        charts = ", ".join(sorted({each.chart for each in unknown})) or "its charts"
        yield Unsure(wait.place, _name(wait), f"whether it will be there: not rendered here: {charts}")
    else:
        there = f"; there is {', '.join(made)}" if made else ""
        yield Finding(
            wait.place, _name(wait), f"nothing makes it{there}", "the name of a workload that is made"
        )


def _addresses(repo: Repository) -> Iterator[Finding]:
    known = configured(repo)
    addresses_of_api = vips(repo)
    hosts = any(
        each.get(*at, "spec", "hostNetwork")
        for each in repo.objects
        if (at := _pods.template(each)) is not None
    )
    for script in repo.scripts:
        for command in script.commands:
            for address, port in _urls(script, command):
                if address.is_loopback or address.is_unspecified:
                    continue
                if not any(address in each for each in known):
                    found = f"a gate asks {address}, which is no address of the configuration"
                    yield Finding(
                        command.place, f"gate for {address}", found, "an address that is configured"
                    )
                elif address in addresses_of_api and port not in OF_THE_API and not hosts:
                    found = f"a gate asks port {port} of {address}, the VIP of the API, where nothing else listens"
                    yield Finding(
                        command.place, f"gate for {address}", found, "the address of the service itself"
                    )


def _urls(script: Script, command: Command) -> Iterator[tuple[IPv4Address, str]]:
    if command.name not in {"curl", "wget", "nc"} or not _gates.LOOP.search(
        _gates.line_of(script, command.place)
    ):
        return
    for address, port in URL.findall(" ".join(command.words)):
        for found in _words.addresses(address):
            yield found, port


def configured(repo: Repository) -> tuple[IPv4Network, ...]:
    """Every address of the manifests and of Terraform, and every network that is smaller than a class B."""
    found: set[IPv4Network] = set()
    texts = [text for each in repo.documents for _, text in _words.strings(each.body)]
    texts += [text for each in _words.all_blocks(repo.blocks) for _, text in _words.strings(each.body)]
    for text in texts:
        found |= {IPv4Network(each) for each in _words.addresses(text)}
        for part in re.findall(r"(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2}|\s*-\s*(?:\d{1,3}\.){3}\d{1,3})", text):
            if (ends := _words.span(part)) and int(ends[1]) - int(ends[0]) < 2**16:
                found |= (
                    {IPv4Network(int(each)) for each in range(int(ends[0]), int(ends[1]) + 1)}
                    if "-" in part
                    else {IPv4Network(part)}
                )
    return tuple(found)


def vips(repo: Repository) -> set[IPv4Address]:
    """The addresses of the API's VIP: those of variables that are called so, and of Talos' interfaces."""
    found: set[IPv4Address] = set()
    for block in _words.all_blocks(repo.blocks):
        if block.kind == "variable" and block.labels and re.search(r"cluster_vip|api_vip", block.labels[0]):
            found |= set(_words.addresses(str(block.body.get("default", ""))))
    for document in repo.documents:
        for path, value in walk(document.body):
            if path[-2:] == ("vip", "ip") and isinstance(value, str):
                found |= set(_words.addresses(value))
    return found


def _applies(repo: Repository) -> str:
    if not repo.scripts:
        return "there are no scripts here"
    waits = next(_gates.waits(repo), None) or next(
        (each for script in repo.scripts for command in script.commands for each in _urls(script, command)),
        None,
    )
    return "" if waits else "no script here waits for an object or an address"


RULE = Rule(
    slug="gates-wait-for-what-exists",
    decision="A gate of the bootstrap waits for what the manifests bring",
    rationale=(
        "Turnkey means that the command ends by itself. A gate for a name, a namespace or an address that nobody makes "
        "runs into its timeout on a platform that is well."
    ),
    incident="gate-wrong-names",
    reads=("yaml", "rendered", "hcl", "shell"),
    applies=_applies,
    check=check,
)
