"""Workers do not ask DHCP for an address beside the one that they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _layers, _machines
from repository.values import Place, maps

DHCP = re.compile(r"\bdhcp\s*[=:]\s*(true|false)\b")
STATIC = re.compile(r"\baddresses?\s*=|linkName\s*=")
SATISFIES = "dhcp: false on the interface that has an address"


def check(repo: Repository) -> Iterator[Finding]:
    """Interfaces with an address of their own and DHCP; configurations for workers that do not switch DHCP off."""
    for at, path, value in _machines.values(repo):
        interfaces = path[-1:] in {("interfaces",), ("networkInterfaces",)}
        for number, interface in enumerate(maps(value) if interfaces else ()):
            if interface.get("addresses") and interface.get("dhcp") is True:
                name = str(interface.get("interface") or interface.get("deviceSelector") or number)
                yield Finding(
                    at(*path, number, "dhcp"), f"interface {name}", "an address, and dhcp: true", SATISFIES
                )
    yield from _terraform(repo)


def _terraform(repo: Repository) -> Iterator[Finding]:
    """Folders whose image carries the address: the configuration in the same folder must switch DHCP off."""
    for folder, texts in _folders(repo).items():
        whole = "\n".join(text for _, text in texts)
        if "addresses" not in whole or "talos_machine_configuration" not in whole or not STATIC.search(whole):
            continue
        said = [(place, found[1]) for place, text in texts for found in DHCP.finditer(text)]
        wrong = next((place for place, value in said if value == "true"), None)
        if wrong:
            yield Finding(wrong, f"module {folder}", "dhcp = true, and the image has the address", SATISFIES)
        elif not said:
            yield Finding(
                texts[0][0], f"module {folder}", "DHCP is left on, and the image has the address", SATISFIES
            )


def _folders(repo: Repository) -> dict[str, list[tuple[Place, str]]]:
    """The texts and keys of each folder of Terraform that configures machines by their image."""
    found: dict[str, list[tuple[Place, str]]] = {}
    for block in repo.blocks:
        lines = [f"{'.'.join(map(str, block.labels))}", _layers.text_of(block), _keys(block.body)]
        place = Place(block.file, block.line)
        found.setdefault(str(PurePosixPath(block.file).parent), []).append((place, "\n".join(lines)))
    return found


def _keys(body: object) -> str:
    """A body as text: "dhcp = False" as Terraform would write it."""
    from repository.values import walk  # noqa: PLC0415

    said = (
        f"{path[-1]} = {str(value).lower()}"
        for path, value in walk(body)
        if path and not isinstance(value, dict | list)
    )
    names = (f"{path[-1]} =" for path, value in walk(body) if path and isinstance(value, dict | list))
    return "\n".join((*said, *names))


RULE = Rule(
    slug="workers-without-dhcp",
    decision="Workers do not ask DHCP for an address",
    rationale="The address is in the image. A second one by DHCP made nodes announce themselves by the wrong one.",
    incident="worker-dual-ip",
    reads=("yaml", "hcl"),
    applies=_machines.none,
    check=check,
)
