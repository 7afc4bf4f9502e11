"""Before there is a CNI, gates ask the first controller and not the VIP."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repository.reading.hcl import Block
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _layers, _words
from repository.rules.cni_not_by_flux import CHARTS
from repository.rules.gates_wait_for_what_exists import vips
from repository.values import Place

VIP = re.compile(r"\b(?:cluster_vip|cluster_endpoint|api_vip|vip_endpoint|cluster_vip_endpoint)\b")
"""How Terraform configurations call the address that moves."""
WAITS = re.compile(r"\b(?:until|while|sleep|kubectl|curl|wait)\b")


def check(repo: Repository) -> Iterator[Finding]:
    """Releases of a CNI that wait for nothing, or for the VIP."""
    for layer in _layers.layers(repo):
        known = {f"{each.labels[0]}.{each.labels[1]}": each for each in layer.blocks if len(each.labels) > 1}
        for release in known.values():
            if release.labels[0] == "helm_release" and _chart(release) in CHARTS:
                yield from _of_release(repo, release, known)


def _chart(release: Block) -> str:
    return str(release.body.get("chart", "")).rpartition("/")[2]


def _of_release(repo: Repository, release: Block, known: dict[str, Block]) -> Iterator[Finding]:
    if not any(release.body.get(each) is True for each in ("wait", "atomic")) and "wait" in release.body:
        yield Finding(release.at("wait"), str(release), "it does not wait for its own pods", "wait = true")
    gates = [each for each in _needed(release, known) if WAITS.search(_text(repo, each))]
    if not gates:
        yield Finding(
            release.at("depends_on"),
            str(release),
            "it depends on nothing that waits for the API",
            "a dependency on a wait for the API at the first controller",
        )
    for gate in gates:
        said = _layers.text_of(gate)
        if VIP.search(said) or vips(repo) & set(_words.addresses(said)):
            yield Finding(
                gate.at(),
                str(gate),
                f"it waits for the VIP before {release}, which the VIP may need",
                "the address of the first controller",
            )


def _needed(block: Block, known: dict[str, Block]) -> Iterator[Block]:
    seen: set[str] = set()
    waiting = list(_layers.depends_on(block))
    while waiting:
        address = waiting.pop()
        if address in known and address not in seen:
            seen.add(address)
            yield known[address]
            waiting += _layers.depends_on(known[address])


def _text(repo: Repository, block: Block) -> str:
    """The texts of a gate, with those of a script that it runs."""
    own = _layers.text_of(block)
    called = [each.text for each in repo.scripts if _name(each.place) and _name(each.place) in own]
    return "\n".join((own, *called)) if "provisioner" in {each.kind for each in block.blocks} else ""


def _name(place: Place) -> str:
    name = place.file.rpartition("/")[2]
    return name if name.endswith(".sh") else ""


def _applies(repo: Repository) -> str:
    releases = (
        each
        for layer in _layers.layers(repo)
        for each in layer.blocks
        if each.labels[:1] == ("helm_release",) and _chart(each) in CHARTS
    )
    return _layers.no_layers(repo) or ("" if any(releases) else "Terraform does not install a CNI here")


RULE = Rule(
    slug="cni-after-first-controller",
    decision="Before there is a CNI, gates ask the first controller and not the VIP",
    rationale=(
        "Workers and what depends on pods come after the CNI. Once the wait for the API used an address that needed "
        "the CNI, which waited for the API."
    ),
    incident="vip-waits-for-cni",
    reads=("hcl", "shell"),
    applies=_applies,
    check=check,
)
