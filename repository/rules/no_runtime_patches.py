"""Talos' configuration is not patched at run time."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _machines

SATISFIES = "the same in the configuration that the machine is made with"


def check(repo: Repository) -> Iterator[Finding]:
    """Patches that Terraform or a script applies to machines that run."""
    for block in repo.blocks:
        if block.kind == "resource" and block.labels[:1] == ("talos_machine_configuration_apply",):
            patches = block.body.get("config_patches")
            if patches not in (None, "", []):
                yield Finding(block.at("config_patches"), str(block), "it applies config_patches", SATISFIES)
    for script in repo.scripts:
        for command in script.commands:
            if command.name == "talosctl" and "patch" in command.words:
                what = " ".join(command.words[command.words.index("patch") :][:2])
                found = f"it runs talosctl {what}"
                yield Finding(command.place, f"script {script.place.file}", found, SATISFIES)


RULE = Rule(
    slug="no-runtime-patches",
    decision="Talos' configuration is not patched at run time",
    rationale=(
        "A patch at run time restarts the kubelet, and a race of Talos then keeps workers from ever mounting."
    ),
    incident="talos-mount-race",
    reads=("hcl", "shell"),
    applies=_machines.none,
    check=check,
)
