"""No manifest of the lab has a secret written out: what is secret is drawn, and put in when one is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.lab.lab import MANIFESTS
from repository.rules.secrets_not_literal import LINE

FILES = sorted(path for path in MANIFESTS.rglob("*") if path.is_file())
VALUES = re.compile(r"^(?:data|stringData):[ \t]*(\S.*)?\n((?:[ \t]+.*\n?)*)", re.MULTILINE)
PUT_IN = re.compile(r"[\"']?\{\{.*\}\}[\"']?")
"""What the renderer puts in there."""
INNOCENT = re.compile(r"true|false|/.*|\$\(.*|\{\w+: .*")
"""A switch, a path, what a command prints, and a reference."""
VARIABLE = re.compile(
    r"name: *[\"']?\w*(?:PASSW(?:OR)?D|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)[\"']?,? *value: *(.+?)\}?$"
)


def written_out(text: str) -> Iterator[str]:
    """Yield what a manifest says of a secret itself: values of Secrets, and lines that give one as it is."""
    for document in re.split(r"^---.*$", text, flags=re.MULTILINE):
        if re.search(r"^kind: Secret\s*$", document, re.MULTILINE):
            yield from (value for value in _values(document) if not PUT_IN.fullmatch(value))
    for line in text.splitlines():
        for pattern in (LINE, VARIABLE):
            said = pattern.search(line)
            if said and not any(each.fullmatch(said[1].strip(" ,")) for each in (PUT_IN, INNOCENT)):
                yield line.strip()


def _values(document: str) -> Iterator[str]:
    for inline, block in VALUES.findall(document):
        if inline:
            yield inline.strip()
        yield from (line.partition(":")[2].strip() for line in block.splitlines() if line.strip())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(MANIFESTS).as_posix())
def test_no_secret_is_written_out(path: Path) -> None:
    assert list(written_out(path.read_text(encoding="utf-8"))) == []


def test_the_manifests_have_secrets() -> None:
    assert any("\nkind: Secret\n" in path.read_text(encoding="utf-8") for path in FILES)


@pytest.mark.parametrize(
    "text",
    [
        "kind: Secret\ndata:\n  key: {{ key }}\n  pin: MTIzNA==\n",
        "kind: Secret\nstringData: {pin: 1234}\n",
        "kind: Namespace\n---\nkind: Secret\nmetadata: {name: s}\ndata:\n  pin: MTIzNA==\n",
        "kind: ConfigMap\ndata:\n  settings: |\n    password = 1234\n",
        "[database]\nPASSWD = 1234\n",
        '{\n  "token": "1234",\n  "port": 1\n}\n',
        "env:\n  - {name: DB_PASSWORD, value: opens-nothing}\n",
    ],
)
def test_what_is_written_out_is_found(text: str) -> None:
    assert list(written_out(text))
