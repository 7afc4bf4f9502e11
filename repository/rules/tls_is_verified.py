"""The verification of TLS is never skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from repository.reading.shell import Script
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules._words import all_blocks
from repository.values import Document, get, walk

KEYS = re.compile(
    r"^(?:(?:tls[_-]?)?(?:insecure[_-]?)?(?:skip[_-]?(?:tls[_-]?|ssl[_-]?|cert(?:ificate)?[_-]?)?verif(?:y|ication))|"
    r"insecure[_-]?skip[_-]?(?:tls[_-]?)?verify|(?:tls|ssl)[_-]?skip[_-]?verify|disable[_-]?(?:tls|ssl)[_-]?verif\w*)$",
    re.IGNORECASE,
)
"""Settings that switch the check off."""
ON = re.compile(r"^(?:(?:ssl|tls)[_-]?verify|verify[_-]?(?:ssl|tls|certs?))$", re.IGNORECASE)
"""Settings that switch it on."""
VARIABLE = re.compile(
    r"(?:VAULT_SKIP_VERIFY|NODE_TLS_REJECT_UNAUTHORIZED|GIT_SSL_NO_VERIFY|(?:\w+_)?(?:SKIP_TLS_VERIFY|TLS_SKIP_VERIFY|"
    r"INSECURE_SKIP_VERIFY|SKIP_SSL_VERIFY))"
)
FLAGS = re.compile(
    r"--(?:kubelet-insecure-tls|tls-skip-verify|insecure-skip-tls-verify|skip-tls-verify|no-check-certificate|"
    r"insecure-skip-verify)(?:=true)?(?![\w=-])"
)
CURL = re.compile(r"\bcurl\b[^|;&\n]*?\s(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)(?=\s|$)")
SATISFIES = "the check, with the CA that signed the certificate given to the client"


def check(repo: Repository) -> Iterator[Finding]:
    """Every setting, variable, flag and command that skips the check."""
    for document in repo.documents:
        if not _is_definition(document):
            for path, value in walk(document.body):
                if said := _skips(path, value):
                    yield Finding(document.at(*path), _named(document), said, SATISFIES)
    for block in all_blocks(repo.blocks):
        for path, value in walk(block.body):
            trusts = block.kind == "provider" and path == ("insecure",) and value is True
            if said := _skips(path, value) or ("insecure = true" if trusts else ""):
                yield Finding(block.at(*path), str(block), said, SATISFIES)
    for script in repo.scripts:
        yield from _commands(script)


def _commands(script: Script) -> Iterator[Finding]:
    for command in script.commands:
        # A word with a space in it is a script of its own, whose commands are in the list too.
        text = " ".join(each for each in command.words if " " not in each)
        # Talos has no certificate yet when its machine is not configured yet.
        if command.name != "talosctl" and (found := FLAGS.search(text) or CURL.search(text)):
            yield Finding(command.place, f"{command.name} in {script.place.file}", found[0][:80], SATISFIES)


def _is_definition(document: Document) -> bool:
    """Definitions of kinds, and dashboards, speak of such settings without making them."""
    return get(document.body, "kind") in {"CustomResourceDefinition", "GrafanaDashboard"}


def _skips(path: tuple[str | int, ...], value: Any) -> str:
    """What is said that skips the check; "" if nothing is."""
    key = str(path[-1]) if path else ""
    truth = value is True or (isinstance(value, str) and value.lower() == "true")
    false = value is False or (isinstance(value, str) and value.lower() == "false")
    if (KEYS.match(key) and truth) or (ON.match(key) and false):
        return f"{key}: {str(value).lower()}"
    if isinstance(value, dict) and VARIABLE.fullmatch(str(value.get("name", ""))):
        given = str(value.get("value", "")).lower()
        off = "0" if value["name"] == "NODE_TLS_REJECT_UNAUTHORIZED" else "true"
        return f"{value['name']}={given}" if given in {off, "1" if off != "0" else "0"} else ""
    if (
        VARIABLE.fullmatch(key)
        and isinstance(value, str | bool | int)
        and str(value).lower() in {"true", "1"}
    ):
        return f"{key}: {value}" if key != "NODE_TLS_REJECT_UNAUTHORIZED" else ""
    if isinstance(value, str):
        found = CURL.search(_uncommented(value)) or FLAGS.search(_uncommented(value))
        return found[0].strip()[:80] if found else ""
    return ""


def _uncommented(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _named(document: Document) -> str:
    kind, name = get(document.body, "kind"), get(document.body, "metadata", "name")
    namespace = get(document.body, "metadata", "namespace")
    return f"{kind} {f'{namespace}/' if namespace else ''}{name}" if kind and name else document.file


RULE = Rule(
    slug="tls-is-verified",
    decision="The verification of TLS is never skipped",
    rationale=(
        "The cluster has a CA of its own that clients can be given; whoever skips the check hands the token of Vault "
        "to whoever answers."
    ),
    incident="vault-http-client",
    reads=("yaml", "hcl", "shell"),
    check=check,
)
