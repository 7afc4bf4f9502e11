"""NOTIFY is not configured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _powerdns
from repository.rules._words import variable
from repository.values import Document, Place, get, line, walk

LINE = re.compile(r"^\s*(also-notify|master|primary)\s*=\s*(\S+)", re.MULTILINE)
ON = {"yes", "true", "on", "1"}
SATISFIES = "no NOTIFY: zones of the kind Native, and the refresh interval of the SOA"


def check(repo: Repository) -> Iterator[Finding]:
    """Settings of PowerDNS and of its zones by which it would send NOTIFY."""
    for one in repo.objects:
        kind = str(one.get("spec", "kind", default=""))
        if (
            one.kind in {"ClusterZone", "Zone"}
            and "dns" in one.group
            and kind in {"Master", "Primary", "Producer"}
        ):
            yield Finding(
                one.at("spec", "kind"), str(one), f"its kind is {kind}, which sends NOTIFY", SATISFIES
            )
    for document in repo.documents:
        if _is_of_server(repo, document):
            yield from _settings(document)


def _is_of_server(repo: Repository, document: Document) -> bool:
    """Whether a document configures one of the servers: its objects, its release, its chart's values."""
    for server in _powerdns.servers(repo):
        local = server.release.local if server.release else None
        if (
            local
            and document.file.startswith(f"{local.folder}/")
            and "/charts/" not in document.file.removeprefix(local.folder)
        ):
            return True
        if server.release and document.file == server.release.object.file:
            return True
        if server.pods and get(document.body, "metadata", "namespace") == server.namespace:
            return True
        if server.pods and document.file.rpartition("/")[0] == server.pods.file.rpartition("/")[0]:
            return True
    return False


def _settings(document: Document) -> Iterator[Finding]:
    for path, each in walk(document.body):
        place = Place(document.file, line(document.body, *path))
        name, value = variable(path, each)
        for setting, given in _said(name, value):
            if (setting == "also-notify" and given) or given.lower() in ON:
                yield Finding(
                    place, f"{setting} in {document.file}", f"{setting} is {given}", SATISFIES, setting
                )


def _said(name: str, value: Any) -> Iterator[tuple[str, str]]:
    setting = name.lower().removeprefix("pdns_").replace("_", "-")
    if setting in {"also-notify", "master", "primary"} and isinstance(value, str | bool):
        yield setting, str(value)
    elif isinstance(value, str) and "\n" in value:
        yield from LINE.findall(value)


RULE = Rule(
    slug="notify-is-off",
    decision="NOTIFY is not configured",
    rationale=(
        "It would leave from the address of whatever node the pod runs on, and the secondary takes it only from the "
        "DNS VIP. It cannot be made to work, and a wrong also-notify stopped PowerDNS."
    ),
    incident="notify-source-rejected",
    applies=_powerdns.none,
    check=check,
)
