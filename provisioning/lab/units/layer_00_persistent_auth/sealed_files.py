"""Secrets that are kept as files, sealed: whoever reads the file learns nothing, and the cluster opens it.

A file is sealed once. It outlives the cluster, as the key pair does: the next cluster opens the same file.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from pathlib import Path

    from provisioning.lab.lab import Lab

NAME, NAMESPACE, KEY = "attic-jwt-token", "nix-cache", "jwt-token"
"""The one that the lab has: what the binary cache signs its clients' tokens with."""


def file(lab: Lab) -> Path:
    """Return where the sealed object lies, as YAML."""
    return lab.persistent / f"{NAME}.sealed.yaml"


def start(lab: Lab) -> None:
    """Draw a value and seal it with the certificate of the pair, unless that was done before."""
    if file(lab).exists():
        return
    value = base64.b64encode(base64.b64encode(secrets.token_bytes(64))).decode()
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": NAME, "namespace": NAMESPACE},
        "data": {KEY: value},
    }
    # By standard input: neither an argument list nor a file ever has it in the clear.
    sealed = lab.run(
        ["kubeseal", "--format=yaml", "--cert", lab.persistent / "sealing.crt"], stdin=json.dumps(secret)
    )
    new = file(lab).with_suffix(".new")
    new.write_text(sealed)
    new.replace(file(lab))


UNIT: Unit[Lab] = Unit(
    name="sealed_files",
    layer=Layer.PERSISTENT_AUTH,
    needs=("sealing_key_pair",),
    start=start,
    gate=Gate(
        observe=lambda lab: file(lab).exists(),
        until=bool,
        expected="the sealed file of the binary cache exists",
        patience="file",
    ),
)
