"""No secret is written out in the manifests."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from repository.reading.hcl import Block
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _pods
from repository.rules._words import NOT_APPLIED, PLACEHOLDER, all_blocks, table
from repository.values import Expression, Object, get, walk

SECRET = re.compile(
    r"(?:^|[_.-]|(?<=[a-z]))(?:password|passwd|passphrase|pass|secret|token|apikey|api[_-]?key|secret[_-]?key|"
    r"private[_-]?key|access[_-]?key|client[_-]?secret|encryption[_-]?key|credentials)$",
    re.IGNORECASE,
)
"""Keys whose value is a secret."""
NAMES = re.compile(
    r"(?:existing|vault|ref$|name$|path$|file$|policy|field|property|enabled|create|mount|class|audiences?|ttl|type)",
    re.IGNORECASE,
)
"""Keys that only speak of one."""
ABOUT = {
    "secretKeys",
    "secretKeyRef",
    "remoteRef",
    "passwordSecretRef",
    "match",
    "rewrite",
    "keys",
    "secretRef",
}
"""Below these, texts are names of keys."""
OPEN = re.compile(
    r"(?:user(name)?|host(name)?|url|uri|endpoint|port|email|name|domain|region|bucket|database|db)$",
    re.IGNORECASE,
)
"""Keys of a Secret that may be read by anybody."""
SATISFIES = "an ExternalSecret or a SealedSecret, and a reference to it"
NOT_SECRET = re.compile(
    r"^(?:(?i:true|false|none|null)|disabled|enabled|\d{1,6})?$|^[A-Z][A-Z0-9_]+$|^[./]|^-----BEGIN CERT"
)
"""Switches, names of variables, paths, and what is public."""
FILE = re.compile(r"\.(?:cfg|conf|config|env|ini|json|properties|toml|xml|ya?ml)$")
LINE = re.compile(
    r"^\s*[\"']?[\w.-]*(?:passw(?:or)?d|secret|token|api_?key|private_?key)[\"']?\s*[:=]\s*[\"']?([^\"'\n]+)",
    re.IGNORECASE | re.MULTILINE,
)
SHORT = 3


def check(repo: Repository) -> Iterator[Finding]:
    """Secrets, values of charts, variables of containers and arguments of providers that say a secret."""
    seen: set[object] = set()
    for one in (*repo.objects, *repo.written):
        place = one.at()
        if (
            one.kind == "Secret"
            and not one.group
            and place not in seen
            and not NOT_APPLIED.search(place.file)
        ):
            seen.add(place)
            yield from _secret(one)
    for release in repo.releases:
        yield from _values(release.object)
    for one in repo.objects:
        yield from _environment(one)
    for block in all_blocks(repo.blocks):
        yield from _terraform(block)


def _secret(one: Object) -> Iterator[Finding]:
    if one.get("sops") or one.get("metadata", "annotations", "replicator.v1.mittwald.de/replicate-from"):
        return
    said = [
        (field, key)
        for field in ("data", "stringData")
        for key, value in table(one.get(field)).items()
        if not OPEN.search(key) and _is_secret(key, _decoded(value) if field == "data" else value)
    ]
    if said:
        keys = ", ".join(key for _, key in said)
        yield Finding(one.at(*said[0]), str(one), f"its values are written out: {keys}", SATISFIES)


def _is_secret(key: str, value: Any) -> bool:
    """Whether a value of a Secret is written out. A file in it counts when a line of it says a secret."""
    if FILE.search(key) and isinstance(value, str):
        return any(_is_literal(said) for said in LINE.findall(value))
    return _is_literal(value) and "ENC[" not in value


def _decoded(value: Any) -> Any:
    """The text of a value of ``data``; what is no base64 stays as it is."""
    try:
        return base64.b64decode(str(value), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return value


def _is_literal(value: Any) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and not isinstance(value, Expression)
        and len(value.strip()) >= SHORT
        and not PLACEHOLDER.search(value.strip())
        and not value.strip().startswith("-----BEGIN CERTIFICATE")
    )


def _values(one: Object) -> Iterator[Finding]:
    values = one.get("spec", "values", default={})
    for path, value in walk(values):
        if path and _says_secret(path, value):
            place = one.at("spec", "values", *path)
            yield Finding(place, str(one), f"{_dotted(path)} is written out in its values", SATISFIES)


def _says_secret(path: tuple[str | int, ...], value: Any) -> bool:
    key = str(path[-1])
    if not isinstance(value, str) or not SECRET.search(key) or NAMES.search(key):
        return False
    above = {str(each) for each in path[:-1]}
    if above & ABOUT or any(
        str(each).lower().endswith(("secretref", "keyref", "secretkeys")) for each in above
    ):
        return False
    return _is_literal(value) and not _looks_like_name(key, value)


def _looks_like_name(key: str, value: str) -> bool:
    """Whether a value is rather the name of a secret, of a key in one, or of a variable."""
    text = value.strip()
    if NOT_SECRET.search(text) or " " in text or "://" in text:
        return True
    # "secret: my-app-tls", "token: app-token": names of objects are lower case with dashes, and no password "key".
    words = re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", text) is not None
    return (words and not re.search(r"pass", key, re.IGNORECASE)) or text.lower() == key.lower()


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


def _environment(one: Object) -> Iterator[Finding]:
    for path, container in _pods.containers(one):
        for number, variable in enumerate(get(container, "env", default=[])):
            name, value = str(get(variable, "name", default="")), get(variable, "value")
            if (
                SECRET.search(name)
                and not NAMES.search(name)
                and _is_literal(value)
                and not _looks_like_name(name, value)
            ):
                yield Finding(one.at(*path, "env", number), str(one), f"{name} is written out", SATISFIES)


def _terraform(block: Block) -> Iterator[Finding]:
    body = {key: value for key, value in block.body.items() if key != "default"}
    if block.kind == "variable" and block.labels and SECRET.search(block.labels[0]):
        body = {block.labels[0]: block.body.get("default")}
    for key, value in body.items():
        if (
            SECRET.search(key)
            and not NAMES.search(key)
            and _is_literal(value)
            and not _looks_like_name(key, value)
        ):
            place = block.at(key if key in block.body else "default")
            yield Finding(
                place, str(block), f"{key} is written out", "a variable without a default, or Vault"
            )


RULE = Rule(
    slug="secrets-not-literal",
    decision="No secret is written out in the manifests",
    rationale="Git keeps what it was given once, also after the line is gone. Runtime secrets come from Vault.",
    incident="secret-in-git",
    reads=("yaml", "rendered", "hcl"),
    check=check,
)
