"""Every relying party that this project knows how to ask, by its name in the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.relying_parties import gitea, grafana, harbor, matrix, vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from probes.relying_parties.model import Application

APPLICATIONS: Mapping[str, Application] = {
    "gitea": gitea,
    "grafana": grafana,
    "harbor": harbor,
    "matrix": matrix,
    "vault": vault,
}

CREDENTIALS: Mapping[str, str] = {
    "gitea": "gitea-admin",
    "grafana": "grafana-admin",
    "harbor": "harbor-admin",
    "vault": "vault-root",
}
"""The credential of whoever is told of accounts. Matrix tells everybody who is there."""

_ADMINISTRATORS: Mapping[str, str] = {"gitea": "gitea-admin", "grafana": "admin", "harbor": "admin"}


def administrator(party: str, planned: str | None) -> str:
    """Return the account behind a party's credential: the planned one, or its usual name; "" with a token."""
    return planned or _ADMINISTRATORS.get(party, "")
