"""Whom the cluster's programs trust: the staging root in staging, and in production no ACME root of ours."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from inventory import load
from provisioning.lab.units.layer_03_configuration.internal_ca import authorities

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

LAB = load(Path(__file__).parents[3] / "inventories" / "lab.toml")
SECRET = {"data": {"tls.crt": base64.b64encode(b"internal\n").decode()}}


@pytest.mark.parametrize(
    ("environment", "trusted"), [("production", "internal\n"), ("staging", "internal\nstaging\n")]
)
def test_the_bundle(environment: str, trusted: str, tmp_path: Path) -> None:
    assert LAB.acme is not None
    (tmp_path / "acme").mkdir()
    for name in ("production", "staging"):
        (tmp_path / "acme" / f"{name}-roots.pem").write_text(f"{name}\n")

    def get(_what: str, _path: str) -> dict[str, Any]:
        return SECRET

    lab = SimpleNamespace(
        inventory=LAB,
        acme=replace(LAB.acme, environment=environment),
        state=tmp_path,
        api=lambda: SimpleNamespace(get=get),
    )
    assert authorities(cast("Lab", lab)) == trusted
