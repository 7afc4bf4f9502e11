"""Where a cluster's objects hold in the clear what belongs into a Secret. No value leaves this module.

A Secret's values are looked for, as they are and in base64, in every text of every object but in the Secrets' own
data. Not looked for are values that are no secret by their key or their content (names, addresses, certificates), and
those too short to tell from an ordinary word.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from probes import objects
from probes.jsonobjects import JsonObject, part, parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api

SHORTEST = 12
"""Characters from which on a value is looked for."""
_PUBLIC_KEYS = re.compile(
    r"(^|[._-])(ca|cert|certificate|crt|client.?id|database|db|email|host|hostname|issuer|login|name|namespace|port"
    r"|provider|role|type|uri|url|user|username)$",
    re.IGNORECASE,
)
_PUBLIC_VALUES = (
    "-----BEGIN CERTIFICATE",
    "-----BEGIN PUBLIC KEY",
    "https://",
    "http://",
    "ssh-rsa ",
    "ssh-ed25519 ",
)
_SECRET_NAMES = re.compile(
    r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ENCRYPTION_?KEY|CREDENTIAL", re.IGNORECASE
)
_NOT_VALUES = re.compile(
    r"(_FILE|_PATH|_DIR|_URL|_URI|_NAME|_ID|_TTL|_LIFETIME|_ENABLED|_NAMESPACE)$", re.IGNORECASE
)
_INNOCENT = re.compile(r"|/.*|true|false|\d+[a-z]*|\$\(\w+\)|https?://[^@]*", re.IGNORECASE)
"""Nothing, a path, a switch, a number, what is taken from another variable, an address without a user."""
_KEPT = frozenset({"data", "stringData"})
"""Where a Secret holds its values."""
_TEMPLATES = {
    "pods": ("spec",),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps", "jobs.batch"),
        ("spec", "template", "spec"),
    ),
}
"""Where each kind of workload describes its containers."""


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """A text of an object that holds a secret.

    where: as "KIND NAMESPACE/NAME: path". what: whose value it is, or which variable has it.
    """

    where: str
    what: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.where} holds {self.what}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked for and through, and what was found. values: how many secrets; objects: how many objects."""

    values: int
    objects: int
    found: tuple[Literal, ...] = ()

    def __str__(self) -> str:
        """Read as a phrase."""
        found = "; ".join(map(str, self.found)) or "found nowhere"
        return f"{self.values} values of Secrets in {self.objects} objects: {found}"


def of_secrets(api: Api) -> Looked:
    """Look for what the Secrets hold in all other objects.

    Raises:
        CannotObserve: also when there is nothing to look for.

    """
    needles = dict(each for secret in api.list("the Secrets", "/api/v1/secrets") for each in _needles(secret))
    if not needles:
        what, why = "secrets in the clear", "no Secret holds a value that could be looked for"
        raise CannotObserve(what, api.vantage.name, why)
    count, found = 0, set[Literal]()
    for kind, item in objects.items(api):
        kept = _KEPT if kind == "secrets" else frozenset[str]()
        seen = {key: value for key, value in item.items() if key not in kept}
        found.update(_holding(kind, seen, needles))
        count += 1
    return Looked(len(set(needles.values())), count, tuple(sorted(found)))


def of_environments(api: Api) -> Looked:
    """Look for variables of containers that are secrets by their name, and are given as they stand.

    Raises:
        CannotObserve: also when there is no container.

    """
    found: set[Literal] = set()
    variables = count = 0
    for kind, item in objects.items(api):
        if kind not in _TEMPLATES:
            continue
        count += 1
        template = part(item, *_TEMPLATES[kind])
        for container in (*parts(template, "initContainers"), *parts(template, "containers")):
            for variable in parts(container, "env"):
                variables += _is_secret_by(str(variable.get("name")))
                if _is_literal(variable):
                    found.add(
                        Literal(
                            f"{_called(kind, item)}: {container.get('name')}", f"{variable['name']} as it is"
                        )
                    )
    if not count:
        raise CannotObserve("secrets in environments", api.vantage.name, "there is no workload")
    return Looked(variables, count, tuple(sorted(found)))


def _is_secret_by(name: str) -> bool:
    return bool(_SECRET_NAMES.search(name)) and not _NOT_VALUES.search(name)


def _is_literal(variable: Mapping[str, Any]) -> bool:
    value = str(variable.get("value") or "")
    return _is_secret_by(str(variable.get("name"))) and not _INNOCENT.fullmatch(value)


def _needles(secret: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield what to look for, and whose it is."""
    metadata = part(secret, "metadata")
    for key, encoded in part(secret, "data").items():
        try:
            value = base64.b64decode(str(encoded)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue  # bytes that are no text stand in no text
        # Whoever copies a key of several lines may indent it: one line of it is enough to know it by.
        line = max(value.split("\n"), key=len).strip()
        if len(line) < SHORTEST or _PUBLIC_KEYS.search(key) or value.startswith(_PUBLIC_VALUES):
            continue
        whose = f"{key} of Secret {metadata.get('namespace')}/{metadata.get('name')}"
        yield line, whose
        yield base64.b64encode(value.encode()).decode().rstrip("="), whose


def _holding(kind: str, item: JsonObject, needles: Mapping[str, str]) -> Iterator[Literal]:
    metadata = {key: value for key, value in part(item, "metadata").items() if key != "managedFields"}
    texts = list(_texts({**item, "metadata": metadata}, ""))
    whole = "\n".join(text for _path, text in texts)
    for needle, whose in needles.items():
        if needle in whole:
            paths = [path for path, text in texts if needle in text] or ["?"]
            yield Literal(f"{_called(kind, item)}: {paths[0]}", whose)


def _called(kind: str, item: JsonObject) -> str:
    metadata = part(item, "metadata")
    namespace = metadata.get("namespace")
    return f"{kind} {namespace + '/' if namespace else ''}{metadata.get('name')}"


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _texts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(cast("list[Any]", value)):
            yield from _texts(inner, f"{path}[{number}]")
