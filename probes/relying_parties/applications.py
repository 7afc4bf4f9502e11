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

ACCESS: Mapping[str, tuple[str, str]] = {
    "gitea": ("gitea-admin", "gitea-admin"),
    "grafana": ("admin", "grafana-admin"),
    "harbor": ("admin", "harbor-admin"),
    "vault": ("", "vault-root"),
}
"""Who is told of accounts, and the name of the credential for it. Matrix tells everybody who is there."""
