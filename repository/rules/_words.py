"""Text inside of values: where it stands, and what of it is an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Any, cast

from repository.reading.hcl import Block
from repository.repository import Repository
from repository.values import Place, walk

ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)")
PLACEHOLDER = re.compile(r"\$\{|\$\(|\{\{|^\$[A-Za-z_]|^ENC\[|<path:|^ref\+|\bop://")
"""What stands for a value that is put in later, by whatever program."""
NOT_APPLIED = re.compile(
    r"(^|/)(archived?|boilerplate|docs?|examples?|hack|templates?|tests?)/", re.IGNORECASE
)
"""Folders whose files are patterns, or are kept, and are not meant to be applied."""


def table(value: Any) -> dict[str, Any]:
    """A mapping as it is; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def rows(value: Any) -> list[Any]:
    """A list as it is; an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def variable(path: tuple[str | int, ...], value: Any) -> tuple[str, Any]:
    """Name and value of a setting: the key above it, or those of a container's variable ("name" and "value")."""
    given = table(value)
    if "name" in given and "value" in given:
        return str(given["name"]), given["value"]
    return str(path[-1]) if path else "", value


def strings(value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text among the values, with its path."""
    return ((path, each) for path, each in walk(value) if isinstance(each, str))


def everywhere(repo: Repository) -> tuple[tuple[Place, str], ...]:
    """Every text of the configuration: YAML, Terraform and the commands of scripts."""
    return repo.once("everywhere", lambda: tuple(_everywhere(repo)))


def _everywhere(repo: Repository) -> Iterator[tuple[Place, str]]:
    for document in repo.documents:
        for path, text in strings(document.body):
            yield document.at(*path), text
    for block in all_blocks(repo.blocks):
        for path, text in strings(block.body):
            yield block.at(*path), text
    for script in repo.scripts:
        for command in script.commands:
            yield command.place, " ".join(command.words)


def all_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks and those inside of them."""
    for block in blocks:
        yield block
        yield from all_blocks(block.blocks)


def addresses(text: str) -> Iterator[IPv4Address]:
    """The IPv4 addresses that a text names."""
    for found in ADDRESS.findall(text):
        try:
            yield IPv4Address(found)
        except ValueError:
            continue


def span(part: str) -> tuple[IPv4Address, IPv4Address] | None:
    """First and last address of "FIRST-LAST", a network or one address; None for anything else. Strict."""
    first, dash, last = part.replace(" ", "").partition("-")
    try:
        if dash:
            return IPv4Address(first), IPv4Address(last)
        network = IPv4Network(first)
    except ValueError:
        return None
    return network[0], network[-1]
